import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CollectedSpan, startTestCollector, type TestCollector } from '@tributary/telemetry/testing';
import { type Federation, type FederationOptions, startFederation } from '../../src/federation.ts';
import { type GraphQLAnswer, postGraphQL } from '../../src/graphql.ts';
import { HOME_QUERY, type Home } from '../../src/home.ts';
import { type PlatformProcess, root, waitUntil } from '../../src/process.ts';
import { SERVICES } from '../../src/services.ts';
import type { ClientOutcome, DataSeen, LogSign, MetricSign, ProcessName } from './fault-row.ts';

/** The platform that all rows of one run share, and what can be seen of it from outside. */
export interface Stage extends AsyncDisposable {
  readonly federation: Federation;
  /** A second gateway of two processes on one port. */
  readonly workers: PlatformProcess;
  /** A process that a row has started, from now on known by that name. */
  readonly introduce: (name: 'follower', process: PlatformProcess) => void;
  readonly collector: TestCollector;
  /** The environment of a process whose spans the collector gets. */
  readonly telemetry: Readonly<Record<string, string>>;
  /** The policy file of the gateway, which it watches. */
  readonly policyFile: string;
  readonly token: string;
  readonly home: (headers?: Readonly<Record<string, string>>, url?: string) => Promise<GraphQLAnswer>;
  readonly outcomeOf: (answer: GraphQLAnswer) => ClientOutcome;
  /** The spans of a trace once the gateway's own one has come, which ends last. */
  readonly trace: (traceId: string) => Promise<readonly CollectedSpan[]>;
  /** The series' value now; 0 where there is none yet. */
  readonly read: (metric: MetricSign) => Promise<number>;
  /** Lines that a process writes from now on. */
  readonly listen: (process: ProcessName) => () => readonly LogLine[];
}

export type LogLine = Readonly<Record<string, unknown>>;

export async function openStage(options: Omit<FederationOptions, 'canBeSabotaged'> = {}): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const collector = stack.use(await startTestCollector());
  const folder = await mkdtemp(join(tmpdir(), 'tributary-stage-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const policyFile = join(folder, 'gateway.yaml');
  await cp(join(root, 'e2e/faults/gateway.yaml'), policyFile);
  const telemetry = {
    OTEL_SDK_DISABLED: 'false',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  };
  const federation = stack.use(
    await startFederation({
      ...options,
      canBeSabotaged: true,
      env: {
        ...options.env,
        all: { ...telemetry, ...options.env?.all },
        gateway: { GATEWAY_CONFIG: policyFile, TRIBUTARY_FAULTS: 'on', ...options.env?.gateway },
      },
    }),
  );
  const workers = stack.use(await federation.createGateway({ WORKERS: '2' }));
  await workers.start();

  const token = await federation.signIn();
  const home: Stage['home'] = (headers = {}, url = federation.gateway.url) =>
    postGraphQL(`${url}/graphql`, { query: HOME_QUERY }, { authorization: `Bearer ${token}`, ...headers });
  const whole = await warmUp(home);
  const processes = new Map<ProcessName, PlatformProcess>([
    ['gateway', federation.gateway],
    ['workers', workers],
    ...SERVICES.map((name) => [name, federation.services[name]] as const),
  ]);

  const owned = stack.move();
  return {
    federation,
    workers,
    introduce: (name, process) => void processes.set(name, process),
    collector,
    telemetry,
    policyFile,
    token,
    home,
    outcomeOf: ({ status, body: { data, errors = [], extensions = {} } }) => ({
      status,
      data: dataSeen(data, whole),
      codes: [...new Set(errors.map((error) => error.extensions.code))].sort(),
      ...degradedSeen(extensions),
    }),
    async trace(traceId) {
      const spans = () => collector.spans.filter((span) => span.traceId === traceId);
      await waitUntil(`the trace ${traceId} has come`, () => spans().some(isRoot), TRACE_TIMEOUT_MS);
      return spans();
    },
    async read({ process = 'gateway', name, labels }) {
      const response = await fetch(`${processes.get(process)?.adminUrl}/metrics`).catch(() => undefined);
      return sumOf((await response?.text()) ?? '', name, labels);
    },
    listen(process) {
      const log = () => processes.get(process)?.log() ?? '';
      const from = log().length;
      return () => parseLines(log().slice(from));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Whether a line is what the sign says. */
export function matches(line: LogLine, { msg, fields }: LogSign): boolean {
  return (
    line.msg === msg &&
    Object.entries(fields).every(([key, value]) =>
      value instanceof RegExp ? value.test(String(line[key])) : line[key] === value,
    )
  );
}

// Private:

const SERVER = 2;
const TRACE_TIMEOUT_MS = 5_000;
/** Code that runs for the first time is slower than the short limits of the table allow for. */
const WARM_UP_REQUESTS = 20;

async function warmUp(home: Stage['home']): Promise<Home> {
  let whole: Home | undefined;
  for (let request = 0; request < WARM_UP_REQUESTS || whole === undefined; request++) {
    const { data, errors } = (await home()).body;
    if (errors === undefined) whole = data as Home;
    else if (request > 10 * WARM_UP_REQUESTS)
      throw new Error(`The stage is broken: ${JSON.stringify(errors)}`);
  }
  return whole;
}

function isRoot({ service, kind }: CollectedSpan): boolean {
  return service === 'gateway' && kind === SERVER;
}

/** Where the client is told which parts are missing: by which subgraph, and why. */
function degradedSeen({ degraded }: Readonly<Record<string, unknown>>): { degraded?: readonly string[] } {
  if (degraded === undefined) return {};
  const entries = degraded as readonly { readonly subgraph: string; readonly reason: string }[];
  return { degraded: [...new Set(entries.map(({ subgraph, reason }) => `${subgraph} ${reason}`))].sort() };
}

function dataSeen(data: unknown, whole: Home): DataSeen {
  if (data === undefined) return 'none';
  if (data === null) return 'null';
  const text = JSON.stringify(data);
  if (text === '{"me":null}') return 'me: null';
  if (text === JSON.stringify(whole)) return 'whole';
  if (text === JSON.stringify(withoutLoyalty(whole))) return 'all but loyalty';
  throw new Error(`Neither whole nor what is left without loyalty: ${text.slice(0, 2_000)}`);
}

/** The healthy answer with exactly the fields that loyalty owns set to null. */
function withoutLoyalty({ me }: Home): Home {
  if (me === null) throw new Error('The healthy answer has no user');
  const edges = me.orders.edges.map(({ node }) => ({ node: { ...node, pointsEarned: null } }));
  return { me: { ...me, orders: { ...me.orders, edges }, loyalty: null } };
}

/** Of the Prometheus text format: the sum of the series with these labels among their own. */
function sumOf(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** What is no JSON is of Node itself, or a line that is still being written. */
function parseLines(text: string): readonly LogLine[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as LogLine];
    } catch {
      return [];
    }
  });
}
