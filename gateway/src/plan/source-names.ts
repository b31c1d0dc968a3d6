import type { FieldNode } from 'graphql';

/** Which response names of clients would meet something else in the data that a plan fetches. Plain data. */
export interface ReservedNames {
  /** Starts no field name of the supergraph. */
  readonly prefix: string;
  /** Fields that a @key, @requires or @context reads: executors look for their values under their own names. */
  readonly readByPlans: readonly string[];
}

export type SourceNameOf = (field: FieldNode) => string;

/**
 * The names under which a plan's data holds what clients ask for. Almost always the client's own response name; a
 * prefixed one where that would hide a value that a representation is made of (`id: name`, or `price(currency: EUR)`
 * beside a @requires of `price`), or a name that the planner or the protocol uses itself (`__typename: title`).
 */
export function createSourceNames({ prefix, readByPlans }: ReservedNames): SourceNameOf {
  const read = new Set(readByPlans);
  return ({ alias, name, arguments: args }) => {
    const responseName = alias?.value ?? name.value;
    const hasOwnName = responseName === name.value;
    if (hasOwnName && (args === undefined || args.length === 0)) return responseName;
    const taken =
      read.has(responseName) ||
      responseName.startsWith(prefix) ||
      (!hasOwnName && (responseName.startsWith('__') || responseName === '_entities'));
    return taken ? prefix + responseName : responseName;
  };
}
