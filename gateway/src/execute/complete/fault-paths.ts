import type { Path } from './places.ts';

/** Paths at which something is known to have gone wrong. */
export class FaultPaths<Reason> {
  readonly #root: Node<Reason> = { below: new Map() };

  /** The first reason at a path stays. */
  add(path: Path, reason: Reason): void {
    let node = this.#root;
    for (const step of path) {
      let next = node.below.get(step);
      if (next === undefined) {
        next = { below: new Map() };
        node.below.set(step, next);
      }
      node = next;
    }
    node.reason ??= { value: reason };
  }

  /** Why there is nothing at a path: a reason above it, at it, or below it. */
  explain(path: Path): { readonly value: Reason } | undefined {
    let node = this.#root;
    for (const step of path) {
      if (node.reason) return node.reason;
      const next = node.below.get(step);
      if (next === undefined) return undefined;
      node = next;
    }
    return firstReason(node);
  }
}

interface Node<Reason> {
  readonly below: Map<string | number, Node<Reason>>;
  reason?: { readonly value: Reason };
}

function firstReason<Reason>(node: Node<Reason>): { readonly value: Reason } | undefined {
  if (node.reason) return node.reason;
  for (const next of node.below.values()) {
    const reason = firstReason(next);
    if (reason) return reason;
  }
  return undefined;
}
