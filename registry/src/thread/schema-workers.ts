import { TributaryError } from '@tributary/errors';
import { metric, onScrape, type Registry, withSpan } from '@tributary/telemetry';
import { LRUCache } from 'lru-cache';
import { textDigest } from '../schema/digest.ts';
import type { TaskInput, TaskName, TaskOutput, ToThread } from './messages.ts';
import { type LossReason, startThread, type ThreadHandle } from './thread-handle.ts';

export interface SchemaWorkersOptions {
  readonly threads?: number;
  /** How long one task may take. */
  readonly timeoutMs?: number;
  /** How much one thread may hold. */
  readonly maxHeapMb?: number;
  /** Most tasks that wait for a thread. */
  readonly maxWaiting?: number;
  readonly registry?: Registry;
}

/**
 * Reads schemas in threads, so that no SDL, however bad or large, blocks the service or ends it. A task that takes more
 * time or memory than granted is SCHEMA_LIMIT_EXCEEDED, costs its thread alone, and is refused at once for a while when it comes
 * again. More waiting tasks than there is room for: SERVICE_UNAVAILABLE.
 */
export interface SchemaWorkers extends AsyncDisposable {
  perform<N extends TaskName>(name: N, input: TaskInput<N>): Promise<TaskOutput<N>>;
}

const CULPRIT_TTL_MS = 10 * 60_000;

export function createSchemaWorkers({
  threads = 2,
  timeoutMs = 60_000,
  maxHeapMb = 2_048,
  maxWaiting = 100,
  registry,
}: SchemaWorkersOptions = {}): SchemaWorkers {
  const idle: ThreadHandle[] = [];
  const all = new Set<ThreadHandle>();
  const waiting: (() => void)[] = [];
  const culprits = new LRUCache<string, LossReason>({ max: 1_000, ttl: CULPRIT_TTL_MS });
  const durations = registry && metric(registry, 'registry_schema_task_duration_seconds');
  if (registry !== undefined) {
    const gauge = metric(registry, 'registry_schema_tasks_waiting');
    onScrape(gauge, () => gauge.set(waiting.length));
  }
  let running = 0;
  let closed = false;

  const takeTurn = async () => {
    if (closed) throw stopping();
    if (running < threads) {
      running++;
      return;
    }
    if (waiting.length >= maxWaiting) {
      throw new TributaryError('SERVICE_UNAVAILABLE', 'Too many schemas wait to be read. Try again later.');
    }
    // Whoever leaves hands its turn over: `running` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (closed) throw stopping();
  };
  const leaveTurn = () => {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };

  async function performInThread(task: ToThread, key: string) {
    const thread = idle.pop() ?? (await startThread(maxHeapMb));
    all.add(thread);
    const startedAt = performance.now();
    const answer = await withSpan(`schema ${task.name}`, {}, () => thread.perform(task, timeoutMs));
    const outcome = answer.kind === 'lost' ? answer.reason : answer.kind;
    durations?.observe({ task: task.name, outcome }, (performance.now() - startedAt) / 1_000);
    if (answer.kind !== 'lost') {
      idle.push(thread);
      return answer;
    }
    all.delete(thread);
    if (closed) throw stopping();
    culprits.set(key, answer.reason);
    throw limitExceeded(answer.reason, { timeoutMs, maxHeapMb });
  }

  return {
    async perform(name, input) {
      const key = textDigest(JSON.stringify([name, input]));
      const reason = culprits.get(key);
      if (reason !== undefined) throw limitExceeded(reason, { timeoutMs, maxHeapMb });
      await takeTurn();
      try {
        const answer = await performInThread({ name, input }, key);
        if (answer.kind === 'failed') {
          throw Object.assign(new Error(`Reading schemas failed: ${answer.message}`), {
            stack: answer.stack,
          });
        }
        // A thread answers a task with that task's output.
        return answer.output as TaskOutput<typeof name>;
      } finally {
        leaveTurn();
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const resolve of waiting.splice(0)) resolve();
      await Promise.all([...all].map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
}

// Private:

function stopping(): TributaryError {
  return new TributaryError('SERVICE_UNAVAILABLE', 'The registry is stopping.');
}

function limitExceeded(reason: LossReason, limits: { timeoutMs: number; maxHeapMb: number }): TributaryError {
  const why = {
    timeout: `takes longer than ${limits.timeoutMs} ms`,
    memory: `needs more than ${limits.maxHeapMb} MB`,
    exit: 'ended the thread that did it',
  };
  return new TributaryError(
    'SCHEMA_LIMIT_EXCEEDED',
    `Composing the subgraphs with this schema ${why[reason]}.`,
  );
}
