import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scenario } from '../scenarios/scenario.ts';
import { startCollector } from './collector.ts';
import { type Agreement, type AnswerDigest, compareAnswers, digestAnswer } from './compare-answers.ts';
import type { GatewayInputs, GatewayKind } from './gateway-kinds.ts';
import { runLoad, writeBodies } from './load.ts';
import { describeMachine } from './machine.ts';
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
  /** Day of the measurement, as 2026-01-31: not every run is a whole one. */
  readonly date: string;
  /** Of the answers that all others are compared with, stock's: to the first request and the last one. */
  readonly references: readonly AnswerDigest[];
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
  /** Of every gateway's process. */
  readonly nodeOptions: readonly string[];
  /** Unset: the first gateway's answers are the references. */
  readonly references: readonly AnswerDigest[] | undefined;
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
  const warmUpBodies = join(folder, 'warm-up.txt');
  await writeBodies(warmUpBodies, scenario.warmUp ?? []);

  // A floor sends one recorded answer: it stands for no scenario of several requests.
  const kinds = run.kinds
    .filter(({ name }) => scenario.requests.length === 1 || !name.startsWith('floor'))
    .filter(({ name }) => scenario.gateways?.includes(name) ?? true);
  const floor = kinds.some(({ name }) => name.startsWith('floor'))
    ? await recordFloor({ scenario, origin, inputs, folder, urlOf: subgraphs.urlOf })
    : undefined;
  const gateways = await Promise.all(
    kinds.map(async (kind) =>
      stack.use(await startGatewayProcess(kind, { ...inputs, floor }, run.nodeOptions)),
    ),
  );
  const answers = await collectAnswers(gateways, scenario, run.references);

  if (scenario.warmUp !== undefined) {
    const atLeast = scenario.warmUp.length;
    const load = { connections: run.effort.connections, seconds: 0, atLeast, bodies: warmUpBodies };
    for (const { port } of gateways) await runLoad({ binary: tools.load, port, ...load });
  }

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
    date: describeMachine().date,
    references: answers[0]?.references ?? [],
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
  readonly references: readonly AnswerDigest[];
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
  { requests }: Scenario,
  expected: readonly AnswerDigest[] | undefined,
): Promise<readonly CollectedAnswer[]> {
  const samples = [requests.at(0), requests.at(-1)].filter((request) => request !== undefined);
  const answers: CollectedAnswer[] = [];
  let references = expected;
  for (const gateway of gateways) {
    const texts: string[] = [];
    for (const request of samples) texts.push(await gateway.ask(request));
    const digests = texts.map(digestAnswer);
    references ??= digests;
    const agreement = compareAnswers(digests, references);
    answers.push({ gateway, text: texts[0] ?? '', agreement, references });
  }
  return answers;
}
