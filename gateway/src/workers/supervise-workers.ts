import cluster from 'node:cluster';
import type { Readiness } from '@tributary/admin';
import { type Logger, METRICS_CONTENT_TYPE, mergeMetrics, type Registry } from '@tributary/telemetry';
import type { Invalidated } from '../cache/response-cache.ts';
import type { WorkerReport } from './messages.ts';
import { WorkerSlot } from './worker-slot.ts';

export interface Supervisor extends AsyncDisposable {
  /** Where the workers serve. */
  readonly url: string;
  /** Ready while one worker is: those that are being replaced cost capacity, not the service. */
  readiness(): Promise<Readiness>;
  /** By all workers. */
  invalidate(tags: readonly string[]): Promise<Invalidated>;
  /** The metrics of all workers, added up. */
  readonly registry: Pick<Registry, 'contentType' | 'metrics'>;
}

export interface SupervisorOptions {
  readonly count: number;
  readonly logger: Logger;
}

/**
 * Runs this program so many times more, each as a worker on one shared port, and replaces every one that dies. The
 * first starts alone: what cannot work at all fails once and at once. Disposal lets all of them drain.
 */
export async function superviseWorkers({ count, logger }: SupervisorOptions): Promise<Supervisor> {
  // Workers take connections from one shared socket, each when it has time: a dead one takes none with it that it had
  // not accepted. docs/decisions/0014-processes-on-one-port.md has the alternatives and their numbers.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  await using starting = new AsyncDisposableStack();
  const slots = Array.from({ length: count }, () => starting.use(new WorkerSlot(logger)));
  const [first, ...others] = slots;
  const url = await first?.start();
  if (url === undefined) throw new RangeError('There is at least one worker');
  await Promise.all(others.map((slot) => slot.startInTheEnd()));
  starting.move();

  let isDraining = false;
  const reports = async (): Promise<readonly WorkerReport[]> => {
    const all = await Promise.all(slots.map((slot) => slot.report()));
    return all.filter((report) => report !== undefined);
  };
  return {
    url,
    async readiness() {
      const all = await reports();
      const ready = all.filter(({ readiness }) => readiness.isReady);
      const isOverloaded = ready.length === 0 && all.some(({ readiness }) => isOverload(readiness));
      const deliveries = ready.flatMap(({ readiness }) => readiness.checks.delivery ?? []);
      const supergraphs = new Set(ready.map(({ readiness }) => readiness.checks.supergraph ?? 'none'));
      return {
        isReady: ready.length > 0 && !isDraining,
        checks: {
          supergraph: [...supergraphs].join(', '),
          ...(deliveries[0] !== undefined && { delivery: [...new Set(deliveries)].join('; ') }),
          server: isDraining ? 'draining' : isOverloaded ? 'overloaded' : 'ok',
          workers: `${ready.length} of ${count}`,
        },
      };
    },
    async invalidate(tags) {
      const all = await Promise.all(slots.map((slot) => slot.invalidate(tags)));
      return {
        entries: all.reduce((sum, { entries }) => sum + entries, 0),
        isEverywhere: all.every(({ isEverywhere }) => isEverywhere),
      };
    },
    registry: {
      contentType: METRICS_CONTENT_TYPE,
      metrics: async () => mergeMetrics((await reports()).map(({ metrics }) => metrics)),
    },
    async [Symbol.asyncDispose]() {
      isDraining = true;
      // A second signal ends this process at once, and with it those that it has told to end.
      process.once('exit', () => {
        for (const slot of slots) slot.kill();
      });
      await Promise.all(slots.map((slot) => slot[Symbol.asyncDispose]()));
    },
  };
}

function isOverload({ checks }: Readiness): boolean {
  return checks.server === 'overloaded';
}
