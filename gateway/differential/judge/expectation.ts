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
  const [, field = ''] = failing.split('.');
  if (around.length > 0 && isAskedForSome(field, document)) return true;
  return [failing, ...around].some(
    (place) =>
      around.length > 0 &&
      federation.subgraphs.some(({ schema, interfaceObjects }) =>
        namesIn({ interfaceObjects }, place, federation).some(
          (name) => interfaceObjects.has(name) && fieldAt(schema, `${name}.${fieldOf(place)}`) !== undefined,
        ),
      ),
  );
}

function fieldOf(place: string): string {
  return place.split('.')[1] ?? '';
}

/** What a subgraph may call the type of a place: by its own name, or by that of an @interfaceObject that stands for it. */
function namesIn(
  { interfaceObjects }: Pick<Federation['subgraphs'][number], 'interfaceObjects'>,
  place: string,
  { possibleTypes }: Pick<Federation, 'possibleTypes'>,
): readonly string[] {
  const [type = ''] = place.split('.');
  return [type, ...[...interfaceObjects].filter((name) => possibleTypes.get(name)?.includes(type))];
}

/**
 * The field and all around it that may be null, or have a null in them, in some subgraph when it fails. With `isForeign` also where another
 * subgraph has such an object, which loses what was fetched for it.
 */
function nulledBy(failing: string, federation: Federation, isForeign = false): readonly string[] {
  const { subgraphs, possibleTypes } = federation;
  const places = [failing];
  for (const place of places) {
    const [type = ''] = place.split('.');
    const abstract = [...possibleTypes].flatMap(([name, objects]) => (objects.includes(type) ? [name] : []));
    for (const { schema, interfaceObjects } of subgraphs) {
      const names = namesIn({ interfaceObjects }, place, federation);
      if (names.every((name) => promises(schema, `${name}.${fieldOf(place)}`) <= 1)) continue;
      for (const holder of isForeign ? subgraphs : [{ schema }]) {
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
