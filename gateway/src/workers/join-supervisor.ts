import cluster from 'node:cluster';
import type { Readiness } from '@tributary/admin';
import type { Registry } from '@tributary/telemetry';
import type { Invalidated } from '../cache/response-cache.ts';
import type { FromWorker, ToWorker } from './messages.ts';

export interface Supervised {
  /** Tells the supervisor that this worker serves, and from then on how it does whenever it asks. */
  announce(worker: ServingWorker): void;
}

export interface ServingWorker {
  readonly url: string;
  readonly registry: Registry;
  readonly readiness: () => Readiness;
  invalidate(tags: readonly string[]): Promise<Invalidated>;
}

/** Makes this process a worker: the first thing that it does. `stop` is to drain and end the process. */
export function joinSupervisor(stop: () => void): Supervised {
  // Left to itself, node ends a worker at once when its supervisor is gone; ours drains: see runProcess.
  if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
  // Nothing else may keep this process alive while it waits for the supervisor to open the port.
  process.channel?.ref();
  let serving: ServingWorker | undefined;
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'drain') stop();
    else if (message.kind === 'invalidate') void invalidate(message.id, message.tags, serving);
    else if (serving) void report(message.id, serving);
  });
  return {
    announce(worker) {
      serving = worker;
      tell({ kind: 'ready', url: worker.url });
    },
  };
}

async function report(id: number, { registry, readiness }: ServingWorker): Promise<void> {
  const metrics = await registry.getMetricsAsJSON();
  tell({ kind: 'report', id, report: { readiness: readiness(), metrics } });
}

/** Who does not serve yet has nothing to forget. */
async function invalidate(id: number, tags: readonly string[], serving?: ServingWorker): Promise<void> {
  const invalidated = (await serving?.invalidate(tags)) ?? { entries: 0, isEverywhere: true };
  tell({ kind: 'invalidated', id, invalidated });
}

function tell(message: FromWorker): void {
  // With a callback: a supervisor that is gone by now must not become an exception.
  process.send?.(message, undefined, {}, () => {});
}
