import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Federation } from '../compose.ts';
import type { Fault } from '../faults.ts';
import { isAskedForSome } from './asked-for-some.ts';

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

export function expectationOf(
  faults: readonly Fault[],
  federation: Federation,
  document: DocumentNode,
): Expectation {
  const ranks = faults.map((fault) => RANKED.indexOf(expectationOfOne(fault, federation, document)));
  return RANKED[Math.max(0, ...ranks)] ?? 'agreement';
}

function expectationOfOne(fault: Fault, federation: Federation, document: DocumentNode): Expectation {
  switch (fault.kind) {
    case 'spelling':
    case 'late':
      return 'exact';
    case 'field-error':
      // A null in what a @requires reads changes another value.
      if (nulledBy(fault.field, federation).some((place) => isReadByPlans(place, federation)))
        return 'agreement';
      return isLooserForClients(fault.field, federation) ||
        isAskedForOtherTypes(fault.field, federation, document)
        ? 'nulls-with-errors'
        : 'exact';
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

/** Whether a subgraph may lose more than the monolith when the field fails: it promises more than clients are promised. */
function isLooserForClients(failing: string, federation: Federation): boolean {
  const { subgraphs, fullSchema } = federation;
  return nulledBy(failing, federation).some((place) =>
    subgraphs.some(({ schema }) => promises(schema, place) > promises(fullSchema, place)),
  );
}

/**
 * Whether objects may lose more than the monolith's when the field fails, as it is asked of each of them though the client wants it of those of
 * another type only: of an @interfaceObject's, and of those at one path.
 */
function isAskedForOtherTypes(failing: string, federation: Federation, document: DocumentNode): boolean {
  const [, ...around] = nulledBy(failing, federation, true);
  if (around.length > 0 && isAskedForSome(fieldOf(failing), document)) return true;
  return around.length > 0 && [failing, ...around].some((place) => isOfInterfaceObject(place, federation));
}

function isOfInterfaceObject(place: string, federation: Federation): boolean {
  return federation.subgraphs.some((subgraph) =>
    placesIn(subgraph, place, federation).some(
      (own) => subgraph.interfaceObjects.has(typeOf(own)) && fieldAt(subgraph.schema, own) !== undefined,
    ),
  );
}

function typeOf(place: string): string {
  return place.split('.')[0] ?? '';
}

function fieldOf(place: string): string {
  return place.split('.')[1] ?? '';
}

/** What a subgraph may call a place: with the name of its type, or of an @interfaceObject that stands for that. */
function placesIn(
  { interfaceObjects }: Federation['subgraphs'][number],
  place: string,
  { possibleTypes }: Federation,
): readonly string[] {
  const type = typeOf(place);
  const names = [...interfaceObjects].filter((name) => possibleTypes.get(name)?.includes(type));
  return [type, ...names].map((name) => `${name}.${fieldOf(place)}`);
}

/**
 * The field and all around it that may be null, or have a null in them, in some subgraph when it fails. With `isForeign` also where another
 * subgraph has such an object, which loses what was fetched for it.
 */
function nulledBy(failing: string, federation: Federation, isForeign = false): readonly string[] {
  const { subgraphs, possibleTypes } = federation;
  const places = [failing];
  for (const place of places) {
    const type = typeOf(place);
    const abstract = [...possibleTypes].flatMap(([name, objects]) => (objects.includes(type) ? [name] : []));
    for (const subgraph of subgraphs) {
      if (placesIn(subgraph, place, federation).every((own) => promises(subgraph.schema, own) <= 1)) continue;
      for (const holder of isForeign ? subgraphs : [subgraph]) {
        const around = compositeFields(holder.schema, new Set([type, ...abstract]));
        places.push(...around.filter((other) => !places.includes(other)));
      }
    }
  }
  return places;
}

function fieldAt(schema: GraphQLSchema, place: string): GraphQLField<unknown, unknown> | undefined {
  const [name = '', field = ''] = place.split('.');
  const type = schema.getType(name);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field] : undefined;
}

/** How many levels of its type are promised, and one more; none where the schema does not have it. */
function promises(schema: GraphQLSchema, place: string): number {
  const field = fieldAt(schema, place);
  return field === undefined ? 0 : String(field.type).split('!').length;
}

/** Fields whose objects are of one of the types. */
function compositeFields(schema: GraphQLSchema, types: ReadonlySet<string>): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => types.has(getNamedType(field.type).name))
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
