import type { Case } from './case.ts';
import { composeFederation, type Federation } from './compose.ts';
import type { Engines } from './engines.ts';
import { generateFederation } from './federation/generate-federation.ts';
import { generateCases } from './generate-cases.ts';
import { runCase, runIn } from './judge/run-case.ts';
import { addTallies, NOTHING, type Tally, tallyOf } from './tally.ts';

/** Operations of each federation; each is a case without faults and some with. */
const OPERATIONS = 20;
/** A fault of the engines that shows in each case of a federation is one fault. */
const MAX_FAILURES = 3;

/** Stands for all cases of a federation that cannot be loaded. */
const ANY: Omit<Case, 'subgraphs'> = {
  world: { seed: '', spice: 0, nulls: 0 },
  operation: { source: '{ __typename }', variables: {} },
  activeLabels: [],
  faults: [],
};

/** Draws a federation and judges its cases; nothing where its subgraphs do not compose. */
export async function runFederation(
  seed: string,
  engines: Engines,
  maxCases = Number.POSITIVE_INFINITY,
): Promise<Tally> {
  const subgraphs = generateFederation(seed);
  let federation: Federation | undefined;
  try {
    federation = composeFederation(subgraphs);
  } catch {
    const any: Case = { ...ANY, subgraphs };
    return addTallies({ ...NOTHING, federations: 1 }, tallyOf(any, await runCase(any, engines)));
  }
  if (federation === undefined) return NOTHING;
  let tally: Tally = { ...NOTHING, federations: 1 };
  for (const drawn of generateCases(federation, seed, OPERATIONS)) {
    if (tally.cases >= maxCases || tally.failures.length >= MAX_FAILURES) break;
    tally = addTallies(tally, tallyOf(drawn, await runIn(federation, drawn, engines)));
  }
  return tally;
}
