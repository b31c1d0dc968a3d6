import { type GraphQLSchema, isObjectType, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Case } from './case.ts';
import type { Federation } from './compose.ts';
import { FAILURES, type Fault, FORGERIES, SPELLINGS } from './faults.ts';
import { type ClientOperation, generateOperation } from './operation/generate-operation.ts';
import { createRandom, type Random } from './random.ts';

/** Draws cases of one federation: each operation first without any fault, then with other conditions, then with faults. */
export function* generateCases(federation: Federation, seed: string, operations: number): Generator<Case> {
  const { planner, sources } = federation;
  for (let number = 0; number < operations; number++) {
    const random = createRandom(`${seed}/case${number}`);
    const operation = generateOperation(planner.schema, `${seed}/operation${number}`);
    if (operation === undefined) continue;
    const world = {
      seed: `${seed}/${number % 5}`,
      spice: random.pick([0, 0, 0.05, 0.3]),
      nulls: random.pick([0, 0.1, 0.1, 0.4]),
    };
    const activeLabels = random.some(planner.facts.overrideLabels, 0.5);
    const bare: Case = { subgraphs: sources, world, operation, activeLabels, faults: [] };
    yield bare;
    const opposite = withOppositeConditions(operation);
    if (opposite !== undefined) yield { ...bare, operation: opposite };
    for (let variant = 0; variant < 3; variant++) {
      const faults = drawFaults(federation, operation, random);
      if (faults.length > 0) yield { ...bare, faults };
    }
  }
}

/** One plan serves all values of the variables in @skip and @include. */
function withOppositeConditions(operation: ClientOperation): ClientOperation | undefined {
  const given = Object.entries(operation.variables);
  if (!given.some(([, value]) => typeof value === 'boolean')) return undefined;
  const opposite = given.map(([name, value]) => [name, typeof value === 'boolean' ? !value : value]);
  return { ...operation, variables: Object.fromEntries(opposite) };
}

function drawFaults(federation: Federation, { source }: ClientOperation, random: Random): readonly Fault[] {
  const places = placesOf(federation, source);
  const drawPlace = () =>
    places.length > 0 && random.chance(0.85) ? random.pick(places) : anyPlace(federation, random);
  const fault = drawFault(federation, drawPlace, random);
  const second = random.chance(0.2) ? drawFault(federation, drawPlace, random) : undefined;
  return second === undefined || undoes(second, fault) ? [fault] : [fault, second];
}

/** A list cut short and then made longer by a null has the right length: nothing is wrong with it that an error could tell. */
function undoes(second: Fault, first: Fault): boolean {
  return first.kind === 'entities' && second.kind === 'entities' && first.subgraph === second.subgraph;
}

function drawFault(federation: Federation, drawPlace: () => string, random: Random): Fault {
  const subgraph = random.pick(federation.subgraphs).name;
  const rate = random.pick([0.25, 0.6, 1]);
  switch (random.below(12)) {
    case 0:
    case 1:
      return { kind: 'spelling', subgraph, spelling: random.pick(SPELLINGS) };
    case 2:
    case 3:
      return {
        kind: 'failure',
        subgraph,
        failure: random.pick(FAILURES),
        scope: random.pick(['all', 'roots', 'entities']),
      };
    case 4:
      return { kind: 'entity', subgraph, how: random.pick(['null', 'error']), rate };
    case 5:
      return { kind: 'entities', subgraph, how: random.pick(['short', 'long', 'no-list']) };
    case 6:
      return { kind: 'stray-error', subgraph, path: random.pick(['none', 'null', 'unknown', 'long']) };
    case 7:
    case 8:
      return { kind: 'field-error', field: drawPlace(), rate };
    case 9:
      return { kind: 'late', subgraph, rate };
    default: {
      const field = drawPlace();
      const knowing = federation.subgraphs.filter(({ schema }) => knows(schema, field));
      const { name } = random.pick(knowing.length > 0 ? knowing : federation.subgraphs);
      return { kind: 'forgery', subgraph: name, field, forgery: random.pick(FORGERIES), rate };
    }
  }
}

/** `Type.field` of all that the operation selects, for each type that an object there may be of. */
function placesOf({ planner: { schema }, possibleTypes }: Federation, source: string): readonly string[] {
  const places = new Set<string>();
  const types = new TypeInfo(schema);
  visit(
    parse(source, { noLocation: true }),
    visitWithTypeInfo(types, {
      Field({ name }) {
        const parent = types.getParentType()?.name ?? '';
        for (const type of possibleTypes.get(parent) ?? [parent]) places.add(`${type}.${name.value}`);
      },
    }),
  );
  return [...places];
}

function anyPlace({ fullSchema }: Federation, random: Random): string {
  const objects = Object.values(fullSchema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter(({ name }) => !name.startsWith('__'));
  const type = random.pick(objects);
  return `${type.name}.${random.pick(Object.keys(type.getFields()))}`;
}

function knows(schema: GraphQLSchema, place: string): boolean {
  const [name = '', field = ''] = place.split('.');
  const type = schema.getType(name);
  return isObjectType(type) && field in type.getFields();
}
