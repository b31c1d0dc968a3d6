import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../e2e/src/process.ts';
import { startReplicatedPlatform } from './replicated-platform.ts';
import type { Section } from './section.ts';
import { Shopper } from './shopper.ts';

const SHOPPERS = 6;

export const rollingRestart: Section = {
  name: 'restart',
  title: 'Every process is restarted in turn',
  async run(run) {
    const folder = join(run.folder, 'restart');
    await mkdir(folder, { recursive: true });
    await using platform = await startReplicatedPlatform(folder);
    const shoppers = await Promise.all(
      Array.from({ length: SHOPPERS }, (_, index) => Shopper.signUp(platform.url, `shopper-${index}`)),
    );
    const abort = new AbortController();
    const shopping = shoppers.map((shopper) => shopper.shop(abort.signal));
    await delay(1_000);
    let restarts = 0;
    const turns = run.isShort ? 1 : 3;
    for (let turn = 0; turn < turns; turn++) {
      for (const replicas of platform.all) {
        await replicas.restartInTurn((name) => {
          restarts++;
          run.log(`${name} has been restarted`);
        });
      }
    }
    abort.abort();
    await Promise.all(shopping);

    const sum = (of: (shopper: Shopper) => number) => shoppers.reduce((all, one) => all + of(one), 0);
    for (const failure of shoppers.flatMap(({ failures }) => failures)) run.log(failure);
    // Points follow their orders with the outbox.
    const pointsOf = async () =>
      (await Promise.all(shoppers.map((shopper) => shopper.account()))).reduce(
        (all, { points }) => all + points,
        0,
      );
    const earned = sum((shopper) => shopper.earned);
    await waitUntil('every point has arrived', async () => (await pointsOf()) >= earned).catch(() => {});
    const orders = (await Promise.all(shoppers.map((shopper) => shopper.account()))).reduce(
      (all, account) => all + account.orders,
      0,
    );
    const failed = sum(({ failures }) => failures.length);
    const points = await pointsOf();
    const acknowledged = sum((shopper) => shopper.orders);
    return {
      section: 'restart',
      claims: [
        {
          about: 'requests that failed, or were answered in part',
          asked: 'none',
          measured: `${failed} of ${sum(({ requests }) => requests).toLocaleString('en')}`,
          holds: failed === 0,
        },
        {
          about: 'orders lost or doubled',
          asked: 'none',
          measured: `${Math.abs(orders - acknowledged)}: ${acknowledged.toLocaleString('en')} acknowledged, ${orders.toLocaleString('en')} there`,
          holds: orders === acknowledged,
        },
        {
          about: 'points lost or doubled',
          asked: 'none',
          measured: `${Math.abs(points - earned)}: ${earned.toLocaleString('en')} earned, ${points.toLocaleString('en')} there`,
          holds: points === earned,
        },
      ],
      details: `The real services and gateways, each twice, on one PostgreSQL server, every connection through a balancer that knows which
replicas take requests and never repeats one. ${SHOPPERS} customers ask without a pause, every third request is an order. ${restarts} restarts,
${turns} of each process: no new requests, SIGTERM, a new process, ready. A request counts as failed when it has any error.`,
    };
  },
};
