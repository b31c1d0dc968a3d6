import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../src/fault-proxy.ts';
import { type Federation, startFederation } from '../src/federation.ts';
import { HOME_QUERY, type Home } from '../src/home.ts';

/** The gateway's limit for one subgraph request in this test, in milliseconds. */
const TIMEOUT_MS = 1_000;

const FAULTS: readonly (readonly [what: string, fault: Fault, code: string])[] = [
  ['hangs', { kind: 'hang' }, 'SUBGRAPH_TIMEOUT'],
  ['resets connections', { kind: 'reset' }, 'SUBGRAPH_UNAVAILABLE'],
  ['answers HTML', answer('<html>Bad gateway</html>', 'text/html'), 'SUBGRAPH_MALFORMED_RESPONSE'],
  ['answers truncated JSON', answer('{"data":{"_entities":[{"__typ'), 'SUBGRAPH_MALFORMED_RESPONSE'],
  ['answers an empty body', answer(''), 'SUBGRAPH_MALFORMED_RESPONSE'],
  ['answers JSON that is no GraphQL response', answer('[1,2,3]'), 'SUBGRAPH_MALFORMED_RESPONSE'],
  ['answers 503', answer('overloaded', 'text/plain', 503), 'SUBGRAPH_UNAVAILABLE'],
];

let federation: Federation;
let token: string;
let healthy: Home;

beforeAll(async () => {
  federation = await startFederation({ env: { gateway: { GATEWAY_CONFIG: 'e2e/faults/gateway.yaml' } } });
  token = await federation.signIn();
  healthy = (await federation.query(HOME_QUERY, { token })).body.data as Home;
});
afterAll(() => federation?.[Symbol.asyncDispose]());
beforeEach(() => {
  federation.proxies.loyalty.fault = { kind: 'none' };
});

describe('when loyalty fails, only its own fields are missing', () => {
  it.each(FAULTS)('loyalty %s', async (_, fault, code) => {
    federation.proxies.loyalty.fault = fault;
    await expectWithoutLoyalty(code);
  });

  it('loyalty is slow, but in time', async () => {
    federation.proxies.loyalty.fault = { kind: 'delay', ms: TIMEOUT_MS / 5 };
    expect((await federation.query(HOME_QUERY, { token })).body).toEqual({ data: healthy });
  });

  it('loyalty is killed, and is back after its restart', async () => {
    await federation.services.loyalty.stop('SIGKILL');
    await expectWithoutLoyalty('SUBGRAPH_UNAVAILABLE');
    await federation.services.loyalty.start();
    expect((await federation.query(HOME_QUERY, { token })).body).toEqual({ data: healthy });
  });

  it('loyalty is frozen in the middle of its work, and goes on', async () => {
    federation.services.loyalty.freeze();
    await expectWithoutLoyalty('SUBGRAPH_TIMEOUT');
    federation.services.loyalty.thaw();
    expect((await federation.query(HOME_QUERY, { token })).body).toEqual({ data: healthy });
  });
});

async function expectWithoutLoyalty(code: string): Promise<void> {
  const { status, body, durationMs } = await federation.query(HOME_QUERY, { token });
  expect(status).toBe(200);
  expect(body.data).toEqual(withoutLoyalty(healthy));
  expect(new Set(body.errors?.map((error) => error.extensions.code))).toEqual(new Set([code]));
  for (const error of body.errors ?? []) {
    expect(error.extensions).toMatchObject({
      subgraph: 'loyalty',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  }
  // Two fetches to loyalty may follow one another; nothing else may take time.
  expect(durationMs).toBeLessThan(TIMEOUT_MS * 3);
}

/** The healthy answer with exactly the fields that loyalty owns set to null. */
function withoutLoyalty({ me }: Home): Home {
  if (me === null) throw new Error('The healthy answer has no user');
  const edges = me.orders.edges.map(({ node }) => ({ node: { ...node, pointsEarned: null } }));
  return { me: { ...me, orders: { ...me.orders, edges }, loyalty: null } };
}

function answer(body: string, contentType = 'application/json', status = 200): Fault {
  return { kind: 'answer', status, contentType, body };
}
