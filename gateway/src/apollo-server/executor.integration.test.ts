import { createHash } from 'node:crypto';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { startLibrary } from '../testing/index.ts';
import type { GatewayRequestContext } from './apollo-types.ts';
import { TributaryGateway, type TributaryGatewayOptions } from './index.ts';
import { startApolloServer } from './testing/start-apollo-server.ts';

const PLANS = { 'apollo-query-plan-experimental': '1' };

it('runs an operation for whoever calls the executor without Apollo Server', async () => {
  await using library = await startLibrary();
  const gateway = new TributaryGateway({ supergraphSdl: library.supergraphSdl });
  await gateway.load({ apollo: {} });
  const source = 'query A { loanCount } query B { viewer { name balance } }';
  // As much of a request as ApolloGateway's executor looks at.
  const context = {
    source,
    document: parse(source),
    queryHash: createHash('sha256').update(source).digest('hex'),
    request: { query: source, operationName: 'B' },
    context: {},
  } as unknown as GatewayRequestContext;
  expect(await gateway.executor(context)).toEqual({ data: { viewer: { name: 'Reader 1', balance: 12 } } });
  await gateway.stop();
});

it('answers an operation name that fits none with 400 OPERATION_RESOLUTION_FAILURE', async () => {
  await using server = await start({});
  const { status, errors } = await server.ask('query A { loanCount } query B { loanCount }');
  expect({ status, errors }).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
  });
});

it('shows the plan on request where __exposeQueryPlanExperimental is set, and only there', async () => {
  await using shown = await start({ __exposeQueryPlanExperimental: true });
  const { extensions } = await shown.ask('{ loanCount }', PLANS);
  expect(extensions).toEqual({ __queryPlanExperimental: expect.stringContaining('loans') });
  expect((await shown.ask('{ loanCount }')).extensions).toBeUndefined();
  await using hidden = await start({});
  expect((await hidden.ask('{ loanCount }', PLANS)).extensions).toBeUndefined();
});

it('has one plan for what differs in its literals, after some', async () => {
  await using server = await start({
    __exposeQueryPlanExperimental: true,
    policy: { planning: { plansByLiterals: 1 } },
  });
  const ask = (text: string) => server.ask(`{ echo(text: "${text}") }`, PLANS);
  const answers = [await ask('a'), await ask('b'), await ask('c'), await ask('b')];
  expect(answers.map(({ data }) => data)).toEqual([
    { echo: 'a' },
    { echo: 'b' },
    { echo: 'c' },
    { echo: 'b' },
  ]);
  const plans = answers.map(
    (answer) => (answer.extensions as { __queryPlanExperimental?: string }).__queryPlanExperimental,
  );
  expect(plans[0]).toContain('echo(text: "a")');
  expect(plans.slice(1)).toEqual(
    Array.from({ length: 3 }, () => expect.stringContaining('echo(text: $literal0)')),
  );
});

async function start(options: Partial<TributaryGatewayOptions>) {
  const stack = new AsyncDisposableStack();
  const { supergraphSdl } = stack.use(await startLibrary());
  const gateway = new TributaryGateway({ supergraphSdl, ...options });
  const server = stack.use(await startApolloServer({ gateway }));
  return { ask: server.ask, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
