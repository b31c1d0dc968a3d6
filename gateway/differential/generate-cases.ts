import { isAbstractType, isObjectType } from 'graphql';
import type { Case } from './case.ts';
import type { Federation } from './compose.ts';
import { FAILURES, type Fault, FORGERIES, SPELLINGS } from './faults.ts';
import { generateOperation } from './operation/generate-operation.ts';
import { createRandom, type Random } from './random.ts';

/** Draws cases of one federation: each operation first without any fault, then with some. */
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
    for (let variant = 0; variant < 3; variant++) {
      const faults = drawFaults(federation, random);
      if (faults.length > 0) yield { ...bare, faults };
    }
  }
}

function drawFaults(federation: Federation, random: Random): readonly Fault[] {
  const fault = drawFault(federation, random);
  return random.chance(0.2) ? [fault, drawFault(federation, random)] : [fault];
}

function drawFault(federation: Federation, random: Random): Fault {
  const subgraph = random.pick(federation.subgraphs).name;
  const rate = random.pick([0.25, 0.6, 1]);
  switch (random.below(10)) {
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
      return { kind: 'field-error', field: drawPlace(federation, random), rate };
    default:
      return {
        kind: 'forgery',
        subgraph,
        field: drawPlace(federation, random),
        forgery: random.pick(FORGERIES),
        rate,
      };
  }
}

function drawPlace({ fullSchema }: Federation, random: Random): string {
  const objects = Object.values(fullSchema.getTypeMap()).filter(
    (type) => isObjectType(type) && !isAbstractType(type) && !type.name.startsWith('__'),
  );
  const type = random.pick(objects);
  return isObjectType(type) ? `${type.name}.${random.pick(Object.keys(type.getFields()))}` : '';
}
