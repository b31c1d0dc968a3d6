import { expect } from 'vitest';
import type { Home } from '../../../src/home.ts';
import { waitUntil } from '../../../src/process.ts';
import { type OrderLine, PLACE_ORDER, productInStock, tryToPlaceOrder } from '../../../src/shop.ts';
import type { FaultGroup, FaultRow } from '../fault-row.ts';
import { AT_ONCE_MS, head, loyalty, loyaltyLost, nothingLost, says, wholeAnswer } from '../loyalty.ts';
import type { Stage } from '../stage.ts';

/** Of e2e/faults/gateway.yaml: so many fetches to loyalty at once, and so many that wait. */
const TURNS_AND_QUEUE = 12;
const MAX_IN_FLIGHT = 40;

/** What retries, breakers, limits and shedding are for. */
export const load: FaultGroup = {
  title: 'Too many failures, too much load',
  rows: [
    {
      name: 'One send in two meets a 503, the next one works',
      begin: (stage) => {
        let sends = 0;
        return says((answer) => (sends++ % 2 === 0 ? [UNAVAILABLE] : [wholeAnswer(answer)]))(stage);
      },
      ...nothingLost(),
      metric: { name: 'subgraph_retries_total', labels: { subgraph: 'loyalty' } },
    },
    {
      name: 'A subgraph keeps failing',
      begin: async (stage) => {
        const fault = loyalty({ kind: 'reset' })(stage);
        const isOpen = async () => {
          const { body } = await stage.home();
          return body.errors?.every((error) => error.extensions.code === 'SUBGRAPH_CIRCUIT_OPEN');
        };
        await waitUntil('all circuits of loyalty are open', async () => (await isOpen()) === true);
        return fault;
      },
      ...loyaltyLost('SUBGRAPH_CIRCUIT_OPEN', /./),
      withinMs: AT_ONCE_MS,
      also: {
        says: 'loyalty is not asked at all',
        check: async (stage) => {
          const { received } = stage.federation.proxies.loyalty;
          const before = received();
          await stage.home();
          expect(received()).toBe(before);
        },
      },
    },
    {
      name: 'More fetches than a hanging subgraph may have at once',
      begin: async (stage) => {
        const fault = loyalty({ kind: 'hang' })(stage);
        const asked = Array.from({ length: 2 * TURNS_AND_QUEUE }, (_, index) => askHistory(stage, index + 1));
        await waitUntil('turns and queue are full', async () => (await queued(stage)) >= 4);
        return endWith(fault, asked);
      },
      ...loyaltyLost('SUBGRAPH_OVERLOADED', /./),
    },
    {
      name: 'A subgraph that used to answer falls silent',
      begin: async (stage) => {
        const fault = loyalty({ kind: 'hang' })(stage);
        const asked: Promise<unknown>[] = [];
        await waitUntil('it is found silent', async () => {
          asked.push(askHistory(stage, 1 + asked.length));
          return (
            (await stage.read({
              name: 'subgraph_circuit_state',
              labels: { subgraph: 'loyalty', target: '' },
            })) === 2
          );
        });
        return endWith(fault, asked);
      },
      ...loyaltyLost('SUBGRAPH_CIRCUIT_OPEN', /does not answer/),
      withinMs: AT_ONCE_MS,
    },
    {
      name: 'More requests than the gateway may have in flight',
      begin: async (stage) => {
        const fault = loyalty({ kind: 'hang' })(stage);
        const asked = Array.from({ length: MAX_IN_FLIGHT }, () => stage.home());
        await waitUntil('they are in flight', () => stage.federation.proxies.loyalty.waiting() > 0);
        return endWith(fault, asked);
      },
      client: { status: 503, data: 'none', codes: ['OVERLOADED'] },
      withinMs: AT_ONCE_MS,
      metric: { name: 'gateway_requests_shed_total', labels: {} },
      log: { msg: 'too much to do: refuses requests', fields: {} },
    },
    mutationWithoutAnswer(),
  ],
};

// Private:

const UNAVAILABLE = `${head('503 Service Unavailable', { 'content-type': 'text/plain', 'content-length': '4' })}busy`;

/** Different for each index: equal fetches would be sent once. */
function askHistory({ federation, token }: Stage, first: number): Promise<unknown> {
  return federation.query(`{ me { loyalty { history(first: ${first}) { edges { node { points } } } } } }`, {
    token,
  });
}

function queued(stage: Stage): Promise<number> {
  return stage.read({ name: 'subgraph_requests_queued', labels: { subgraph: 'loyalty' } });
}

/** The fault is over once those who met it have their answers. */
function endWith(fault: Disposable, asked: readonly Promise<unknown>[]): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      fault[Symbol.dispose]();
      await Promise.all(asked);
    },
  };
}

function mutationWithoutAnswer(): FaultRow {
  const lines: OrderLine[] = [];
  let customer = '';
  let sends = 0;
  return {
    name: 'A mutation is done, its answer is lost',
    begin: async ({ federation }) => {
      customer = (await federation.signUp(`lost-answer-${Date.now()}`)).token;
      const { sku } = await productInStock(federation, 2);
      lines.push({ sku, quantity: 1 });
      const { orders } = federation.proxies;
      orders.fault = {
        kind: 'script',
        script: (answer) => (sends++ === 0 ? ['RESET'] : [wholeAnswer(answer)]),
      };
      return {
        [Symbol.dispose]: () => {
          orders.fault = { kind: 'none' };
        },
      };
    },
    ask: ({ federation }, headers) =>
      federation.query(PLACE_ORDER, { token: customer, headers, variables: orderOf(lines) }),
    client: {
      status: 200,
      data: 'null',
      codes: ['SUBGRAPH_UNAVAILABLE'],
      degraded: ['orders SUBGRAPH_UNAVAILABLE'],
    },
    withinMs: AT_ONCE_MS,
    span: { name: 'fetch orders', attributes: { 'error.type': 'SUBGRAPH_UNAVAILABLE' } },
    metric: {
      name: 'subgraph_request_duration_seconds_count',
      labels: { subgraph: 'orders', outcome: 'SUBGRAPH_UNAVAILABLE' },
    },
    log: { msg: 'fetch failed', fields: { subgraph: 'orders', code: 'SUBGRAPH_UNAVAILABLE' } },
    also: {
      says: 'it was sent once; sent again by the client with its idempotency key, it is the same order',
      check: async ({ federation }) => {
        expect(sends).toBe(1);
        const again = await tryToPlaceOrder(federation, customer, lines, { idempotencyKey: KEY });
        expect(again.__typename).toBe('PlaceOrderSuccess');
        const { body } = await federation.query('{ me { orders { edges { node { id } } } } }', {
          token: customer,
        });
        expect((body.data as Home).me?.orders.edges).toHaveLength(1);
      },
    },
  };
}

const KEY = 'the-same-order';

function orderOf(lines: readonly OrderLine[]) {
  return { input: { lines, idempotencyKey: KEY } };
}
