import { type FieldNode, print } from 'graphql';

/** Which response names of clients would meet something else in the data that a plan fetches. Plain data. */
export interface ReservedNames {
  /** Starts no field name of the supergraph. */
  readonly prefix: string;
  /** Fields that a @key, @requires or @context reads: executors look for their values under their own names. */
  readonly readByPlans: readonly string[];
}

/** Response name -> what it means in an operation, where that is more than one thing; see `meaningOf`. */
export type Meanings = Readonly<Record<string, readonly string[]>>;

export type SourceNameOf = (field: FieldNode) => string;

/**
 * The names under which a plan's data holds what clients ask for. Almost always the client's own response name; a
 * prefixed one where that would hide a value that a representation is made of (`id: name`, or `price(currency: EUR)`
 * beside a @requires of `price`), where it is a name that the planner or the protocol uses itself (`__typename: title`),
 * and for all but the first meaning of a name that has several: objects of different types may meet in one fetch.
 */
export function createSourceNames(reserved: ReservedNames, meanings: Meanings = {}): SourceNameOf {
  const read = new Set(reserved.readByPlans);
  const { prefix } = reserved;
  const several = new Map(Object.entries(meanings));
  return (field) => {
    const name = responseNameOf(field);
    const index = several.get(name)?.indexOf(meaningOf(field)) ?? 0;
    // No field name starts with a digit, so this is no other name with the prefix before it.
    if (index > 0) return `${prefix}${index}_${name}`;
    return isTaken(field, name, read, prefix) ? prefix + name : name;
  };
}

function isTaken(field: FieldNode, responseName: string, read: ReadonlySet<string>, prefix: string): boolean {
  const hasOwnName = responseName === field.name.value;
  if (hasOwnName && !field.arguments?.length) return false;
  if (read.has(responseName) || responseName.startsWith(prefix)) return true;
  return !hasOwnName && (responseName.startsWith('__') || responseName === '_entities');
}

export function responseNameOf({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}

/** A field with its arguments, as text; equal for fields that one place of a response may hold. */
export function meaningOf({ name, arguments: args = [] }: FieldNode): string {
  return args.length === 0 ? name.value : `${name.value}(${args.map(print).sort().join()})`;
}
