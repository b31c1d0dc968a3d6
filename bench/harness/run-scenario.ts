import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scenario } from '../scenarios/scenario.ts';
import { startCollector } from './collector.ts';
import { type Agreement, type AnswerDigest, compareAnswers, digestAnswer } from './compare-answers.ts';
import type { GatewayInputs, GatewayKind } from './gateway-kinds.ts';
import { runLoad, writeBodies } from './load.ts';
import { type Effort, type GatewayMeasurement, measure } from './measure.ts';
import type { NativeTools } from './native.ts';
import { startOrigin } from './origin.ts';
import { writePolicies } from './policies.ts';
import { recordFloor } from './record-floor.ts';
import { type RunningGateway, startGatewayProcess } from './running-gateway.ts';
import { composeSupergraph, startMemoisedSubgraphs } from './subgraphs.ts';
import { toFederation1 } from './to-federation-1.ts';

export interface ScenarioResult {
  readonly scenario: string;
  /** Of the answer that all others are compared with: stock's. */
  readonly reference: AnswerDigest;
  readonly measured: readonly (GatewayMeasurement & { readonly agreement: Agreement })[];
  /** Gateways that gave another answer: what it costs is no comparison. */
  readonly differing: readonly { readonly gateway: string; readonly answer: string }[];
}

export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly kinds: readonly GatewayKind[];
  readonly effort: Effort;
  readonly tools: NativeTools;
  readonly folder: string;
  /** Unset: the first gateway's answer is the reference. */
  readonly reference: AnswerDigest | undefined;
}

export async function runScenario(run: ScenarioRun): Promise<ScenarioResult> {
  const { scenario, tools } = run;
  const folder = join(run.folder, scenario.name);
  await mkdir(folder, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const origin = stack.use(await startOrigin(scenario.federation));
  const names = Object.keys(scenario.federation);
  const subgraphs = stack.use(await startMemoisedSubgraphs(tools.memoServer, names, origin.port));
  const inputs = await writeInputs(scenario, folder, subgraphs.urlOf, stack);
  const bodies = join(folder, 'bodies.txt');
  await writeBodies(bodies, scenario.requests);

  // A floor sends one recorded answer: it stands for no scenario of several requests.
  const kinds = run.kinds.filter(({ name }) => scenario.requests.length === 1 || !name.startsWith('floor'));
  const floor = kinds.some(({ name }) => name.startsWith('floor'))
    ? await recordFloor({ scenario, origin, inputs, folder, urlOf: subgraphs.urlOf })
    : undefined;
  const gateways = await Promise.all(
    kinds.map(async (kind) => stack.use(await startGatewayProcess(kind, { ...inputs, floor }))),
  );
  const answers = await collectAnswers(gateways, scenario, run.reference);

  const fitting = answers.filter(
    ({ agreement }) => agreement !== 'different' || scenario.hasManyAnswers === true,
  );
  const measured = await measure(
    fitting.map(({ gateway }) => gateway),
    {
      ...run.effort,
      connections: scenario.connections ?? run.effort.connections,
      warmUpRequests: scenario.requests.length,
      load: ({ port }, load) => runLoad({ binary: tools.load, port, bodies, ...load }),
      countFetches: subgraphs.countRequests,
    },
  );
  return {
    scenario: scenario.name,
    reference: answers[0]?.reference ?? digestAnswer('{}'),
    measured: measured.map((measurement, index) => ({
      ...measurement,
      agreement: fitting[index]?.agreement ?? 'different',
    })),
    differing: answers
      .filter((answer) => !fitting.includes(answer))
      .map(({ gateway, text }) => ({ gateway: gateway.kind.name, answer: text.slice(0, 300) })),
  };
}

// Private:

interface CollectedAnswer {
  readonly gateway: RunningGateway;
  readonly text: string;
  readonly agreement: Agreement;
  readonly reference: AnswerDigest;
}

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

async function collectAnswers(
  gateways: readonly RunningGateway[],
  scenario: Scenario,
  expected: AnswerDigest | undefined,
): Promise<readonly CollectedAnswer[]> {
  const [request] = scenario.requests;
  if (request === undefined) throw new Error(`Scenario ${scenario.name} asks nothing`);
  const answers: CollectedAnswer[] = [];
  let reference = expected;
  for (const gateway of gateways) {
    const text = await gateway.ask(request);
    const digest = digestAnswer(text);
    reference ??= digest;
    answers.push({ gateway, text, agreement: compareAnswers(digest, reference), reference });
  }
  return answers;
}
