import { recordSpans } from '@tributary/telemetry/testing';
import { expect, it } from 'vitest';
import type { TokenVerifier } from '../authorize/index.ts';
import { ArmLedger } from '../canary/index.ts';
import {
  type Behaviour,
  compose,
  deliveryOf,
  LIBRARY,
  startLibrary,
  startTestGateway,
  startTestSubgraph,
} from '../testing/index.ts';

const { readers, loans, fines } = LIBRARY;
const NAME = '{ viewer { name } }';

/** The token is the name; a colon parts it from a role. */
const verifier: TokenVerifier = {
  verify: async (token) => {
    const [subject = '', role] = token.split('.');
    return { subject, roles: role ? [role] : [] };
  },
};
const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** The canary's readers are another subgraph, which answers with another name. */
async function startCanary({ share, policy = '' }: { share: number; policy?: string }) {
  const stack = new AsyncDisposableStack();
  const library = stack.use(await startLibrary());
  const next = stack.use(await startTestSubgraph(readers));
  const ledger = new ArmLedger();
  const gateway = stack.use(
    await startTestGateway({
      supergraphSdl: library.supergraphSdl,
      policy,
      tokenVerifier: verifier,
      armLedger: ledger,
    }),
  );
  const canarySdl = compose({ readers, loans, fines }, (name) =>
    name === 'readers' ? next.url : library.subgraphs[name].url,
  );
  next.behave(answer({ data: { viewer: { name: 'Next' } } }));
  await gateway.deliver(deliveryOf(library.supergraphSdl, { sdl: canarySdl, share }));
  const nameFor = async (token: string, headers = {}) => {
    const { data } = await gateway.query(NAME, { headers: { ...as(token).headers, ...headers } });
    return (data as { viewer: { name: string } } | undefined)?.viewer.name;
  };
  return {
    library,
    next,
    gateway,
    ledger,
    canarySdl,
    nameFor,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function answer(body: object): Behaviour {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

const USERS = Array.from({ length: 60 }, (_, index) => `user${index}`);

it('answers a share of the users from the canary, the same ones each time, and more of them as it grows', async () => {
  await using canary = await startCanary({ share: 30 });
  const draw = async () => {
    const names = await Promise.all(USERS.map((user) => canary.nameFor(user)));
    return new Set(USERS.filter((_, index) => names[index] === 'Next'));
  };
  const first = await draw();
  expect(first.size).toBeGreaterThan(5);
  expect(first.size).toBeLessThan(35);
  expect(await draw()).toEqual(first);

  const { sdl } = { sdl: canary.canarySdl };
  await canary.gateway.deliver(deliveryOf(canary.library.supergraphSdl, { sdl, share: 70 }));
  const wider = await draw();
  expect(wider.size).toBeGreaterThan(first.size);
  expect(first.isSubsetOf(wider)).toBe(true);
  expect(canary.gateway.generations.size).toBe(2);
});

it('takes everybody back at once when the canary is rolled back, and everybody along when it is promoted', async () => {
  await using canary = await startCanary({ share: 100 });
  const { library, gateway, canarySdl } = canary;
  expect(await canary.nameFor('user1')).toBe('Next');
  const { generation } = gateway.generations.canary ?? {};
  await gateway.deliver(deliveryOf(canarySdl));
  expect(gateway.generations.current).toBe(generation);
  expect(gateway.generations.size).toBe(1);
  expect(await canary.nameFor('user1')).toBe('Next');
  await gateway.deliver(deliveryOf(library.supergraphSdl));
  expect(await canary.nameFor('user1')).toBe('Reader 1');
});

it('lets testers choose their arm where the policy says so, and does not count them', async () => {
  await using canary = await startCanary({ share: 0, policy: 'canary: { testers: [tester] }' });
  const header = { 'tributary-arm': 'canary' };
  expect(await canary.nameFor('ann.tester', header)).toBe('Next');
  expect(await canary.nameFor('ann.tester', { 'tributary-arm': 'live' })).toBe('Reader 1');
  expect(await canary.nameFor('ann.tester', { 'tributary-arm': 'neither' })).toBe('Reader 1');
  expect(await canary.nameFor('bob.reader', header)).toBe('Reader 1');
  const [counts] = canary.ledger.take();
  expect(counts?.arms.canary).toEqual([]);
  expect(counts?.arms.live).toMatchObject([{ requests: 2 }]);
});

it('tells callers who are not signed in apart by the header that the policy names', async () => {
  await using canary = await startCanary({ share: 50, policy: 'canary: { anonymousHeader: x-client-id }' });
  const names = new Set<unknown>();
  for (const id of USERS.slice(0, 20)) {
    const { data } = await canary.gateway.query(NAME, { headers: { 'x-client-id': id } });
    names.add((data as { viewer: { name: string } }).viewer.name);
  }
  expect([...names].sort()).toEqual(['Next', 'Reader 1']);
});

it('counts both arms: operations, times, and failures with coordinate, subgraph and code', async () => {
  await using canary = await startCanary({ share: 50 });
  const message = 'no reader';
  canary.next.behave(
    answer({
      data: { viewer: null },
      errors: [{ message, path: ['viewer'], extensions: { code: 'LOST\u0000' } }],
    }),
  );
  await Promise.all(USERS.map((user) => canary.gateway.query('query Who { viewer { name } }', as(user))));
  const [counts] = canary.ledger.take();
  expect(counts).toMatchObject({ release: 2, share: 50 });
  const { live = [], canary: next = [] } = counts?.arms ?? {};
  expect(live).toMatchObject([{ name: 'Who', errors: 0, failures: [] }]);
  const [failing] = next;
  expect(failing).toMatchObject({
    operation: live[0]?.operation,
    failures: [{ coordinate: 'Query.viewer', subgraph: 'readers', code: 'LOST?', count: failing?.errors }],
  });
  expect(failing?.errors).toBe(failing?.requests);
  expect((failing?.requests ?? 0) + (live[0]?.requests ?? 0)).toBe(USERS.length);
  expect(failing?.latency.reduce((sum, count) => sum + count, 0)).toBe(failing?.requests);
});

it('keeps of the slowest requests where most of the time went: subgraph, coordinate and trace', async () => {
  using spans = recordSpans();
  await using canary = await startCanary({ share: 100 });
  const sentAt = performance.now();
  canary.next.behave(answer({ data: { viewer: { __typename: 'Reader', id: '1' } } }));
  canary.library.subgraphs.loans.behave((request, response) => {
    const reply = answer({ data: { _entities: [{ loans: [] }] } });
    // Longer than all that was before it, however slow this machine is.
    setTimeout(() => reply(request, response), 2 * (performance.now() - sentAt) + 5);
  });
  await canary.gateway.query('query Loans { viewer { loans { id } } }', as('user1'));
  await expect.poll(() => spans.named('query')).toHaveLength(1);
  const [operation] = canary.ledger.take()[0]?.arms.canary ?? [];
  expect(operation).toMatchObject({ name: 'Loans', requests: 1, failures: [] });
  expect(operation?.slowest).toEqual([
    {
      ms: expect.any(Number),
      traceId: spans.named('query')[0]?.spanContext().traceId,
      subgraph: 'loans',
      coordinate: 'Reader.loans',
    },
  ]);
});

it('counts against the canary what it alone refuses, and against nobody what both do', async () => {
  await using canary = await startCanary({ share: 100 });
  const { library, gateway, ledger } = canary;
  const without = compose({ readers, fines }, (name) => library.subgraphs[name].url);
  await gateway.deliver(deliveryOf(library.supergraphSdl, { sdl: without, share: 100 }));
  expect((await gateway.query('query Loans { loanCount }', as('user1'))).status).toBe(400);
  expect((await gateway.query('{ nothing }', as('user1'))).status).toBe(400);
  expect((await gateway.query('{', as('user1'))).status).toBe(400);
  expect(ledger.take().map(({ arms }) => arms)).toMatchObject([
    {
      live: [],
      canary: [
        {
          name: 'Loans',
          requests: 1,
          errors: 1,
          failures: [{ coordinate: 'Query.loanCount', subgraph: null, code: 'GRAPHQL_VALIDATION_FAILED' }],
        },
      ],
    },
  ]);
});

it('goes on with what is live when the canary is no supergraph', async () => {
  await using canary = await startCanary({ share: 100 });
  const { library, gateway } = canary;
  expect(await gateway.deliver(deliveryOf(library.supergraphSdl, { sdl: 'type Query', share: 100 }))).toBe(
    true,
  );
  expect(await canary.nameFor('user1')).toBe('Reader 1');
  expect(gateway.logs.lines.at(-2)).toMatchObject({ level: 'error', msg: expect.stringContaining('canary') });
});

it('lets a request end on the canary that it began with', async () => {
  await using canary = await startCanary({ share: 100 });
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  canary.next.behave(async (request, response) => {
    reach();
    await released;
    await answer({ data: { viewer: { name: 'Last' } } })(request, response);
  });
  const running = canary.nameFor('user1');
  await reached;
  await canary.gateway.deliver(deliveryOf(canary.library.supergraphSdl));
  expect(await canary.nameFor('user1')).toBe('Reader 1');
  expect(canary.gateway.generations.digests).toHaveLength(2);
  release();
  expect(await running).toBe('Last');
  await expect.poll(() => canary.gateway.generations.digests).toHaveLength(1);
});

it('says in spans, logs and metrics which arm it was, and of which supergraph', async () => {
  using spans = recordSpans();
  await using canary = await startCanary({ share: 100 });
  canary.next.behave((_, response) => void response.writeHead(500).end());
  const { digest } = canary.gateway.generations.canary?.generation ?? {};
  await canary.gateway.query('{ broken }', as('user1'));
  expect(canary.gateway.logs.lines.filter(({ arm }) => arm !== undefined)).toContainEqual(
    expect.objectContaining({ arm: 'canary', supergraph: digest }),
  );
  await expect.poll(() => spans.named('query')).toHaveLength(1);
  expect(spans.named('query')[0]?.attributes).toMatchObject({
    'tributary.arm': 'canary',
    'tributary.supergraph.digest': digest,
  });
  const [counts] = canary.ledger.take();
  const traceId = spans.named('query')[0]?.spanContext().traceId;
  expect(counts?.arms.canary[0]?.failures).toMatchObject([{ traceIds: [traceId] }]);
  const text = await canary.gateway.registry.metrics();
  expect(text).toMatch(/gateway_arm_operations_total\{arm="canary",outcome="failed",\S+ 1/);
  expect(text).toMatch(new RegExp(`gateway_supergraph_info\\{arm="canary",digest="${digest}",\\S+ 1`));
  expect(text).toMatch(/gateway_canary_share\{\S+ 1/);
});
