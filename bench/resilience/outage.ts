import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../harness/median.ts';
import type { Behaviour } from '../harness/subgraphs.ts';
import { ratio, type Section } from './section.ts';
import { openStand, type Stand } from './stand.ts';

const ASKED = 2;
const WAYS: readonly (readonly [behaviour: Behaviour, what: string])[] = [
  ['reset', 'resets every connection, its breaker open'],
  ['busy', 'answers half with 503, its breaker open and closed in turn'],
  ['page', 'answers with a page of HTML'],
];

export const outage: Section = {
  name: 'outage',
  title: 'What a request costs while a subgraph is away',
  async run(run) {
    await using stand = await openStand(run, 'outage');
    const rounds = run.isShort ? 1 : 5;
    const seconds = run.isShort ? 1 : 4;
    const costs = new Map<Behaviour, number[]>();
    for (let round = 0; round < rounds; round++) {
      for (const behaviour of ['ok', ...WAYS.map(([each]) => each)] as const) {
        await stand.subgraphs.behave('loyalty', behaviour);
        // Until the breaker has seen it, either way.
        await stand.load('whole', { connections: 16, seconds });
        costs.set(behaviour, [...(costs.get(behaviour) ?? []), await cpuMicrosPerRequest(stand, seconds)]);
        await stand.subgraphs.behave('loyalty', 'ok');
        // Until it lets all through again, and its window has forgotten.
        await delay(run.isShort ? 0 : 11_000);
      }
      run.log(
        `round ${round}: ${[...costs].map(([name, all]) => `${name} ${all.at(-1)?.toFixed(0)} us`).join(', ')}`,
      );
    }
    const healthy = median(costs.get('ok') ?? []);
    return {
      section: 'outage',
      claims: WAYS.map(([behaviour, what]) => {
        const micros = median(costs.get(behaviour) ?? []);
        return {
          about: `CPU of a request while loyalty ${what}`,
          asked: `at most ${ratio(ASKED)} of that while it is well`,
          measured: `${ratio(micros / healthy)} (${micros.toFixed(0)} µs, ${healthy.toFixed(0)} µs while it is well)`,
          holds: micros <= ASKED * healthy,
        };
      }),
      details: `The home screen, 16 connections that ask as fast as they are answered; default policies. Each answer has an error for each of its 21
places that loyalty has not filled, and \`extensions.degraded\`. Median of ${rounds} rounds of ${seconds} s in turn, CPU time of the gateway's process by the kernel's count.`,
    };
  },
};

async function cpuMicrosPerRequest({ gateway, load }: Stand, seconds: number): Promise<number> {
  const before = gateway.usage().cpuMicros;
  const { answered } = await load('whole', { connections: 16, seconds });
  return (gateway.usage().cpuMicros - before) / answered;
}
