import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scenario } from '../scenarios/scenario.ts';
import { startCollector } from './collector.ts';
import { type Agreement, compareAnswers } from './compare-answers.ts';
import type { GatewayInputs, GatewayKind } from './gateway-kinds.ts';
import { runLoad, writeBodies } from './load.ts';
import { type GatewayMeasurement, type MeasureOptions, measure } from './measure.ts';
import type { NativeTools } from './native.ts';
import { startOrigin } from './origin.ts';
import { writePolicies } from './policies.ts';
import { recordFloor } from './record-floor.ts';
import { type RunningGateway, startGatewayProcess } from './running-gateway.ts';
import { composeSupergraph, startMemoisedSubgraphs } from './subgraphs.ts';
import { toFederation1 } from './to-federation-1.ts';

export interface ScenarioResult {
  readonly scenario: string;
  readonly gateways: readonly (GatewayMeasurement & { readonly agreement: Agreement })[];
}

export type Effort = Pick<
  MeasureOptions,
  'rounds' | 'warmUpSeconds' | 'seconds' | 'connections' | 'latencySeconds'
>;

export interface ScenarioRun {
  readonly scenario: Scenario;
  /** The first one's answer is what the others' are compared with. */
  readonly kinds: readonly GatewayKind[];
  readonly effort: Effort;
  readonly tools: NativeTools;
  readonly folder: string;
  log(line: string): void;
}

export async function runScenario(run: ScenarioRun): Promise<ScenarioResult> {
  const { scenario, kinds, tools } = run;
  const folder = join(run.folder, scenario.name);
  await mkdir(folder, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const origin = stack.use(await startOrigin(scenario.federation));
  const names = Object.keys(scenario.federation);
  const subgraphs = stack.use(await startMemoisedSubgraphs(tools.memoServer, names, origin.port));
  const inputs = await writeInputs(scenario, folder, subgraphs.urlOf, stack);
  const bodies = join(folder, 'bodies.txt');
  await writeBodies(bodies, scenario.requests);

  const needsFloor = kinds.some(({ name }) => name.startsWith('floor'));
  const floor = needsFloor
    ? await recordFloor({ scenario, origin, inputs, folder, urlOf: subgraphs.urlOf })
    : undefined;
  const gateways: RunningGateway[] = [];
  for (const kind of kinds) gateways.push(stack.use(await startGatewayProcess(kind, { ...inputs, floor })));
  const agreements = await compareAll(gateways, scenario, run.log);

  const measurements = await measure(gateways, {
    ...run.effort,
    load: (gateway, seconds, connections, rate) =>
      runLoad({
        binary: tools.load,
        port: gateway.port,
        bodies,
        connections,
        seconds,
        ...(rate && { rate }),
      }),
    countFetches: subgraphs.countRequests,
  });
  return {
    scenario: scenario.name,
    gateways: measurements.map((measurement, index) => ({
      ...measurement,
      agreement: agreements[index] ?? 'different',
    })),
  };
}

// Private:

async function writeInputs(
  scenario: Scenario,
  folder: string,
  urlOf: (subgraph: string) => string,
  stack: AsyncDisposableStack,
): Promise<GatewayInputs> {
  const supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, composeSupergraph(scenario.federation, urlOf));
  const services = join(folder, 'services.json');
  const schemas = [...toFederation1(scenario.federation)];
  await writeFile(
    services,
    JSON.stringify(schemas.map(([name, schema]) => ({ name, url: urlOf(name), schema }))),
  );
  const collector = stack.use(await startCollector());
  return {
    supergraph,
    services,
    floor: undefined,
    policies: await writePolicies(folder),
    collectorUrl: collector.url,
  };
}

/** Every gateway answers the first and the last request; what differs from the first gateway's answer is shown. */
async function compareAll(
  gateways: readonly RunningGateway[],
  scenario: Scenario,
  log: (line: string) => void,
): Promise<readonly Agreement[]> {
  const agreements: Agreement[] = [];
  let reference: string | undefined;
  const [request] = scenario.requests;
  if (request === undefined) throw new Error(`Scenario ${scenario.name} asks nothing`);
  for (const gateway of gateways) {
    const answer = await gateway.ask(request);
    reference ??= answer;
    const agreement = compareAnswers(answer, reference);
    if (agreement === 'different') {
      log(`${gateway.kind.name} answers ${scenario.name} differently: ${answer.slice(0, 300)}`);
    }
    agreements.push(agreement);
  }
  return agreements;
}
