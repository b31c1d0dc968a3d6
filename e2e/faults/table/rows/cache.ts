import { waitUntil } from '../../../src/process.ts';
import type { FaultGroup, FaultRow } from '../fault-row.ts';
import { AT_ONCE_MS, loyalty } from '../loyalty.ts';
import { policy } from '../policy.ts';
import type { Stage } from '../stage.ts';

/** Never fresh for long enough to be given without asking. */
const CACHE = 'cache: { subgraphs: { loyalty: { maxAgeMs: 1, staleIfErrorMs: 600000 } } }\n';

/** A subgraph fails whose answers were kept. */
export const cache: FaultGroup = {
  title: 'What the cache stands in for',
  about: `The policy file says \`${CACHE.trim()}\`, and the same client has asked before.`,
  rows: [
    {
      name: 'A subgraph is gone',
      begin: kept(async (stage) => loyalty({ kind: 'reset' })(stage)),
      ...standsIn('SUBGRAPH_UNAVAILABLE', /ECONNRESET/),
      also: {
        says: 'the client is told how old it is (`ageSeconds`)',
        check: (stage) => waitUntil('it is a second old', async () => (await ageSeconds(stage)) >= 1),
      },
    },
    {
      name: 'A subgraph hangs',
      begin: kept(async (stage) => loyalty({ kind: 'hang' })(stage)),
      ...standsIn('SUBGRAPH_TIMEOUT', /Timeout/),
      withinMs: 1_000 + AT_ONCE_MS,
    },
    {
      name: 'A subgraph has kept failing: it is not even asked',
      begin: kept(async (stage) => {
        const fault = loyalty({ kind: 'reset' })(stage);
        await waitUntil('loyalty is left alone', () => isLeftAlone(stage));
        return fault;
      }),
      ...standsIn('SUBGRAPH_CIRCUIT_OPEN', /./),
    },
  ],
};

// Private:

/** The answers of the home query are there when the fault begins. */
function kept(begin: (stage: Stage) => Promise<Disposable>) {
  return async (stage: Stage): Promise<AsyncDisposable> => {
    await using stack = new AsyncDisposableStack();
    stack.use(await policy(stage, (text) => text + CACHE));
    await stage.home();
    stack.use(await begin(stage));
    return stack.move();
  };
}

function standsIn(code: string, reason: RegExp): Omit<FaultRow, 'name' | 'begin'> {
  return {
    client: { status: 200, data: 'whole', codes: [], degraded: ['loyalty STALE'] },
    withinMs: AT_ONCE_MS,
    span: {
      name: 'fetch loyalty',
      attributes: { 'tributary.cache': 'stale-if-error', 'tributary.cache.failure': code },
    },
    metric: { name: 'cache_lookups_total', labels: { subgraph: 'loyalty', outcome: 'stale_if_error' } },
    log: { msg: 'fetch failed, an old answer stands in', fields: { subgraph: 'loyalty', code, reason } },
  };
}

async function isLeftAlone(stage: Stage): Promise<boolean> {
  const { received } = stage.federation.proxies.loyalty;
  const before = received();
  await stage.home();
  return received() === before;
}

/** Of the youngest of what is old. */
async function ageSeconds(stage: Stage): Promise<number> {
  const { extensions = {} } = (await stage.home()).body;
  const entries = (extensions.degraded ?? []) as readonly { readonly ageSeconds: number }[];
  return Math.min(...entries.map((entry) => entry.ageSeconds));
}
