import type { Random } from '../../random.ts';
import type { Catalogue } from '../catalogue.ts';
import type { FieldDraft, SubgraphDraft } from '../draft.ts';

/** Adds one use of a directive to the subgraphs, or nothing where none fits. */
export type Motif = (federation: FederationDraft, random: Random) => void;

export interface FederationDraft {
  readonly catalogue: Catalogue;
  readonly subgraphs: readonly SubgraphDraft[];
  /** A number that no motif of this federation has had: for names. */
  count(): number;
}

/** A field that one subgraph answers alone. */
export interface OwnField {
  readonly owner: SubgraphDraft;
  readonly type: string;
  readonly name: string;
  readonly draft: FieldDraft;
}

/** Fields of the types that one subgraph alone answers; of entities, unless told otherwise. */
export function ownFields(
  { catalogue, subgraphs }: FederationDraft,
  isAsked = (type: string) => catalogue.entities.has(type),
): OwnField[] {
  return subgraphs.flatMap((owner) =>
    [...owner.types.values()]
      .filter(({ name }) => isAsked(name))
      .flatMap((type) =>
        [...type.fields]
          .filter(
            ([name, { directives }]) =>
              !isKeyField(catalogue, type.name, name) && ![...directives].some(isElsewhere),
          )
          .map(([name, draft]) => ({ owner, type: type.name, name, draft })),
      ),
  );
}

const isElsewhere = (directive: string) => /^@(external|override|shareable)/.test(directive);
const isKeyField = (catalogue: Catalogue, type: string, field: string) =>
  catalogue.entities.get(type)?.keyFields.has(field) === true;
export const leafTypes = /^[[\]!]*(Int|Float|String|Boolean|ID|Enum\w|Json|Decimal)\b/;

/** Another subgraph that does not know the field. */
export function stranger({ subgraphs }: FederationDraft, { owner, type, name }: OwnField, random: Random) {
  const strangers = subgraphs.filter((other) => other !== owner && !other.types.get(type)?.fields.has(name));
  return strangers.length > 0 ? random.pick(strangers) : undefined;
}

/** `[Thing!]!` -> `Thing`. */
export function namedTypeOf(type: string): string {
  return type.replaceAll(/[[\]!]/g, '');
}
