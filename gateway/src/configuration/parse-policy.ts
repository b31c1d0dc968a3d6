import { type Document, isMap, isNode, isPair, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Policy, policySchema } from './policy.ts';

/** All faults of one policy file, each as `file:line: what is wrong`. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** @throws PolicyError naming every fault with its line. */
export function parsePolicy(text: string, file: string): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
  const at = (offset: number | undefined) => `${file}:${lines.linePos(offset ?? 0).line || 1}`;

  if (document.errors.length > 0) {
    throw new PolicyError(document.errors.map((e) => `${at(e.pos[0])}: ${e.message.split('\n')[0]}`));
  }
  const result = policySchema.safeParse(withoutEmptySections(toValues(document, file)));
  if (result.success) return result.data;

  const faults = result.error.issues.flatMap((issue) =>
    locate(issue, document.contents).map(({ offset, message }) => ({
      offset,
      text: `${at(offset)}: ${message}`,
    })),
  );
  throw new PolicyError(faults.sort((a, b) => a.offset - b.offset).map((fault) => fault.text));
}

/** The parser bounds aliases (100 by default), so a file cannot grow into memory here. */
function toValues(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new PolicyError([`${file}: ${(error as Error).message}`]);
  }
}

/** A section whose every line is commented out is null to YAML, and all defaults to the person who wrote it. */
function withoutEmptySections(values: unknown): unknown {
  if (values === null || values === undefined) return {};
  if (typeof values !== 'object' || Array.isArray(values)) return values;
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

interface Located {
  readonly offset: number;
  readonly message: string;
}

function locate(issue: z.core.$ZodIssue, root: Node | null): readonly Located[] {
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      offset: offsetOf(root, [...issue.path, key], 'key'),
      message: `${[...issue.path, key].join('.')} is not a key of the policy file`,
    }));
  }
  return [
    { offset: offsetOf(root, issue.path, 'value'), message: `${place || 'the file'}: ${issue.message}` },
  ];
}

/** Where in the text the node at `path` begins; its nearest parent's place when there is no such node. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], part: 'key' | 'value'): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(item.key) === String(step));
      if (pair === undefined) return offset;
      const last = depth === path.length - 1;
      const chosen = last && part === 'key' ? pair.key : (pair.value ?? pair.key);
      if (isNode(chosen)) offset = chosen.range?.[0] ?? offset;
      node = pair.value;
    } else {
      const item = (node as { items?: unknown[] } | null)?.items?.[Number(step)];
      if (isNode(item)) offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  return offset;
}
