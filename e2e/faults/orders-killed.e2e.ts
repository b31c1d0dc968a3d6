import { expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';
import { waitUntil } from '../src/process.ts';
import { accountOf, placeOrder, productInStock } from '../src/shop.ts';

const KILLS = 50;

/** In turn: the event was never sent, or loyalty has applied it but orders never heard so. */
const LOSSES = ['hang', 'lose-answer'] as const;

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
    earned += await orderAndKill(federation, token, sku, LOSSES[kill % 2] ?? 'hang');
    await federation.services.orders.start();
  }
  federation.proxies.loyalty.fault = { kind: 'none' };

  await waitUntil(
    'every event is delivered',
    async () => (await accountOf(federation, token)).points >= earned,
  );
  const account = await accountOf(federation, token);
  expect(account.points).toBe(earned);
  expect(account.entries).toHaveLength(KILLS);
});

/** Places an order, waits for its event to be on the way, and kills the service. Gives the points it must earn. */
async function orderAndKill(
  federation: Federation,
  token: string,
  sku: string,
  loss: (typeof LOSSES)[number],
): Promise<number> {
  const { loyalty } = federation.proxies;
  loyalty.fault = { kind: loss };
  const before = loyalty.received();
  const order = await placeOrder(federation, token, [{ sku, quantity: 1 }]).catch(() => undefined);
  void before;
  await federation.services.orders.stop('SIGKILL');
  return order === undefined ? 0 : Math.floor(Number(order.total.amount));
}
