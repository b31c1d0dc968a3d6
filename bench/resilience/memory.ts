import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from '../harness/subgraphs.ts';
import type { Section } from './section.ts';
import { openStand } from './stand.ts';

/** Beside the noise of a garbage collector that takes its time; a leak of one object a request is more. */
const ASKED_MB_PER_MINUTE = 1;
const MODES: readonly Behaviour[] = ['hang', 'ok', 'busy', 'ok', 'cut', 'reset', 'page', 'ok'];
const SUBGRAPHS = ['users', 'orders', 'loyalty'];
const MODE_MS = 2_000;
const SAMPLE_MS = 500;
const RATE = 150;

export const memory: Section = {
  name: 'memory',
  title: 'Faults without end',
  async run(run) {
    await using stand = await openStand(run, 'memory', {
      policy: 'traffic:\n  timeoutMs: 1000\n',
      // As in a small container: V8 takes what a machine has before it collects thoroughly, which hides a leak for long.
      nodeOptions: ['--max-old-space-size=192'],
    });
    const minutes = run.isShort ? 1 : 10;
    const seconds = minutes * 60;
    const samples: { readonly minute: number; readonly mb: number }[] = [];
    const abort = new AbortController();
    const startedAt = performance.now();
    const sampling = every(SAMPLE_MS, abort.signal, async () => {
      samples.push({
        minute: (performance.now() - startedAt) / 60_000,
        mb: stand.gateway.usage().rssMb,
      });
    });
    let step = 0;
    const failing = every(MODE_MS, abort.signal, async () => {
      const [subgraph, mode] = [SUBGRAPHS[step % SUBGRAPHS.length], MODES[step % MODES.length]];
      step++;
      if (subgraph && mode) await stand.subgraphs.behave(subgraph, mode);
    });
    const result = await stand.load('whole', { connections: 1_000, seconds, rate: RATE });
    abort.abort();
    await Promise.all([sampling, failing]);

    // Code is compiled and caches fill in the first fifth.
    const later = samples.filter(({ minute }) => minute > minutes / 5);
    const slope = slopeOf(later.map(({ minute, mb }) => [minute, mb]));
    const [first, last] = [averageOf(later.slice(0, 20)), averageOf(later.slice(-20))];
    const unanswered = result.failed - result.refused + result.lost;
    run.log(`${result.answered} answers, ${result.refused} of them 503, ${unanswered} other or none`);
    return {
      section: 'memory',
      claims: [
        {
          about: `growth of the gateway's memory over ${minutes} min of mixed faults`,
          asked: `at most ${ASKED_MB_PER_MINUTE} MB a minute`,
          measured: `${slope.toFixed(2)} MB a minute (${first.toFixed(0)} MB after ${(minutes / 5).toFixed(1)} min, ${last.toFixed(0)} MB at the end)`,
          holds: slope <= ASKED_MB_PER_MINUTE,
        },
        {
          about: 'requests without an answer that is either 200 or 503 with Retry-After',
          asked: 'none',
          measured: `${unanswered} of ${result.sent.toLocaleString('en')}`,
          holds: unanswered === 0,
        },
      ],
      details: `${RATE} home screens a second; every ${MODE_MS / 1000} s one of the three subgraphs changes what it does: hangs, answers 503 to
every second request, cuts answers off, closes connections, sends HTML, or is well. Resident memory of the process, a line
through all samples (least squares) but those of the first fifth. The heap may be 192 MB large: a leak would end the process.`,
    };
  },
};

// Private:

async function every(intervalMs: number, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await run();
    await delay(intervalMs, undefined, { signal }).catch(() => {});
  }
}

function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (index: 0 | 1) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

function averageOf(samples: readonly { readonly mb: number }[]): number {
  return samples.reduce((sum, { mb }) => sum + mb, 0) / samples.length;
}
