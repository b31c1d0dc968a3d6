import { expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';
import { waitUntil } from '../src/process.ts';
import { accountOf, placeOrder, productInStock } from '../src/shop.ts';

const KILLS = 50;

/** Where between the commit and the end of the delivery the service is killed, in turn. */
const MOMENTS = [
  'after the answer',
  'while the event is on its way',
  'after loyalty applied the event',
] as const;

it(`counts every point exactly once over ${KILLS} kills between commit and delivery`, {
  timeout: 300_000,
}, async () => {
  await using federation = await startFederation({
    env: { orders: { OUTBOX_LEASE_MS: '300', OUTBOX_POLL_MS: '50' } },
  });
  const { token } = await federation.signUp('killed');
  const { sku } = await productInStock(federation, KILLS);

  let earned = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    earned += await orderAndKill(federation, token, sku, MOMENTS[kill % MOMENTS.length] ?? MOMENTS[0]);
    await federation.services.orders.start();
  }
  federation.eventsProxy.fault = { kind: 'none' };

  await waitUntil(
    'every event is delivered',
    async () => (await accountOf(federation, token)).points >= earned,
  );
  const account = await accountOf(federation, token);
  expect(account.points).toBe(earned);
  expect(account.entries).toHaveLength(KILLS);
});

/** Places an order, which is acknowledged, and kills the service at the moment. Gives the points it must earn. */
async function orderAndKill(
  federation: Federation,
  token: string,
  sku: string,
  moment: (typeof MOMENTS)[number],
): Promise<number> {
  const { eventsProxy, services } = federation;
  const isApplied = moment === 'after loyalty applied the event';
  const reached = isApplied ? eventsProxy.answersLost : eventsProxy.received;
  eventsProxy.fault = { kind: isApplied ? 'lose-answer' : 'hang' };
  const before = reached();
  const order = await placeOrder(federation, token, [{ sku, quantity: 1 }]);
  if (moment !== 'after the answer') await waitUntil(moment, () => reached() > before);
  await services.orders.stop('SIGKILL');
  return Math.floor(Number(order.total.amount));
}
