import type { DataRewrite } from '../../plan/index.ts';
import { Declined } from './declined.ts';

const FRAGMENT_PREFIX = '... on ';

/** A key of the subgraph's answer that the plan's data knows by another name, somewhere at or below this object. */
export interface Renaming {
  /** Response names and `... on Type`, relative to the object; the last is the key. */
  readonly path: readonly string[];
  readonly name: string;
}

export function toRenamings(rewrites: readonly DataRewrite[] = []): Renaming[] {
  return rewrites.map((rewrite) => {
    if (rewrite.kind !== 'KeyRenamer') throw new Declined('an answer whose values are rewritten');
    return { path: rewrite.path, name: rewrite.renameKeyTo };
  });
}

/** The renamings that hold for an object of this type, their type conditions decided and removed. */
export function renamingsFor(
  renamings: readonly Renaming[],
  satisfies: (condition: string) => boolean,
): readonly Renaming[] {
  if (renamings.length === 0) return renamings;
  return renamings.flatMap(({ path, name }) => {
    let at = 0;
    for (; path[at]?.startsWith(FRAGMENT_PREFIX); at++) {
      if (!satisfies((path[at] as string).slice(FRAGMENT_PREFIX.length))) return [];
    }
    return [{ path: path.slice(at), name }];
  });
}

export function renamed(key: string, renamings: readonly Renaming[]): string {
  return renamings.find(({ path }) => path.length === 1 && path[0] === key)?.name ?? key;
}

export function renamingsBelow(key: string, renamings: readonly Renaming[]): readonly Renaming[] {
  if (renamings.length === 0) return renamings;
  return renamings.flatMap(({ path, name }) =>
    path.length > 1 && path[0] === key ? [{ path: path.slice(1), name }] : [],
  );
}
