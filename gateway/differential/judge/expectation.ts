import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Federation } from '../compose.ts';
import type { Fault } from '../faults.ts';

/** How the answer relates to that of the monolith. */
export type Expectation =
  /** The same data, the same places of errors. */
  | 'exact'
  /** The same data, and errors at least where the monolith has some. */
  | 'exact-data'
  /** The same data but for nulls, each explained by an error. */
  | 'nulls-with-errors'
  /** The same data but for nulls. */
  | 'nulls'
  /** No monolith can say: the executors must agree. */
  | 'agreement';

const RANKED: readonly Expectation[] = ['exact', 'exact-data', 'nulls-with-errors', 'nulls', 'agreement'];

export function expectationOf(faults: readonly Fault[], federation: Federation): Expectation {
  const ranks = faults.map((fault) => RANKED.indexOf(expectationOfOne(fault, federation)));
  return RANKED[Math.max(0, ...ranks)] ?? 'agreement';
}

function expectationOfOne(fault: Fault, federation: Federation): Expectation {
  switch (fault.kind) {
    case 'spelling':
    case 'late':
      return 'exact';
    case 'field-error':
      // A null in what a @requires reads changes another value.
      if (isReadByPlans(fault.field, federation)) return 'agreement';
      return isLooserForClients(fault.field, federation) ? 'nulls-with-errors' : 'exact';
    case 'failure':
    case 'entities':
      return 'nulls-with-errors';
    case 'entity':
      return fault.how === 'error' ? 'nulls-with-errors' : 'nulls';
    case 'stray-error':
      return 'exact-data';
    case 'forgery':
      if (isReadByPlans(fault.field, federation)) return 'agreement';
      if (fault.forgery === 'missing') return 'nulls-with-errors';
      return fault.forgery === 'null' ? 'nulls' : 'agreement';
  }
}

/** Whether the gateway may fetch the field although no client asks for it. */
export function isReadByPlans(place: string, { subgraphs }: Federation): boolean {
  const [, field = ''] = place.split('.');
  return subgraphs.some(
    ({ keys, fields }) =>
      [...keys.values()].flat().some((key) => mentions(key.fields, field)) ||
      [...fields.values()].some(
        ({ requires, contextArguments }) =>
          (requires && mentions(requires, field)) ||
          contextArguments.some(({ selection }) => mentions(selection, field)),
      ),
  );
}

/**
 * Whether a subgraph may lose more than the monolith when the field fails: it promises a value for it, and more than
 * clients are promised for it or for an object that may be around it.
 */
function isLooserForClients(place: string, { subgraphs, fullSchema }: Federation): boolean {
  return subgraphs.some(({ schema }) => {
    if (!isNonNullType(fieldAt(schema, place)?.type)) return false;
    return (
      promises(schema, place) > promises(fullSchema, place) ||
      compositeFields(schema).some((around) => promises(schema, around) > promises(fullSchema, around))
    );
  });
}

function fieldAt(schema: GraphQLSchema, place: string): GraphQLField<unknown, unknown> | undefined {
  const [name = '', field = ''] = place.split('.');
  const type = schema.getType(name);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field] : undefined;
}

function promises(schema: GraphQLSchema, place: string): number {
  const field = fieldAt(schema, place);
  // What clients do not see promises them nothing less.
  return field === undefined ? Number.POSITIVE_INFINITY : String(field.type).split('!').length;
}

function compositeFields(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => isCompositeType(getNamedType(field.type)))
        .map((field) => `${type.name}.${field.name}`),
    );
}

function mentions(set: SelectionSetNode, field: string): boolean {
  let found = false;
  visit(set, {
    [Kind.FIELD]: {
      enter: ({ name }) => {
        found ||= name.value === field;
      },
    },
  });
  return found;
}
