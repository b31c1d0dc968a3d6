import { percent, type Section, type SectionRun } from './section.ts';
import { openStand } from './stand.ts';

const ASKED = 0.1;
/** Fetches of one home screen to loyalty: the account, and the points of the orders. */
const FETCHES = 2;

export const retries: Section = {
  name: 'retries',
  title: 'Half of what a subgraph answers is 503',
  async run(run) {
    const alone = await measure(run, 'retries-alone', 'traffic:\n  breaker: { enabled: false }\n');
    const whole = await measure(run, 'retries', '');
    return {
      section: 'retries',
      claims: [
        {
          about: 'load that retries add, the breaker turned off',
          asked: `at most ${percent(ASKED)}`,
          measured: percent(alone.added),
          holds: alone.added <= ASKED + 0.001,
        },
        {
          about: 'the same with the default policies',
          asked: `at most ${percent(ASKED)}`,
          measured: percent(whole.added),
          holds: whole.added <= ASKED + 0.001,
        },
      ],
      details: `Counted by the subgraph that fails: requests it got, above the ${FETCHES} that each of ${alone.requests.toLocaleString('en')} home screens
asks for, once the gateway has run into the fault. A budget that is not used is saved up, for 100 repetitions at most: those
come on top, once.`,
    };
  },
};

// Private:

async function measure(run: SectionRun, name: string, policy: string) {
  // From the gateway's first request on: it has no repetitions saved up from better days.
  await using stand = await openStand(run, name, { policy, behaviours: { loyalty: 'busy' } });
  const before = await stand.subgraphs.countRequests('loyalty');
  const { answered: requests } = await stand.load('whole', {
    connections: 16,
    seconds: run.isShort ? 2 : 20,
  });
  const fetches = (await stand.subgraphs.countRequests('loyalty')) - before;
  return { requests, added: fetches / (requests * FETCHES) - 1 };
}
