import { TributaryError } from '@tributary/errors';
import type { Logger } from '@tributary/telemetry';
import type { CorePlanRequest } from './core/planner-core.ts';
import type { Culprits } from './culprits.ts';
import type { QueryPlan } from './query-plan.ts';
import type { PlannerThread, ThreadAnswer } from './thread/planner-thread-handle.ts';

export interface PlanQueueOptions {
  readonly thread: PlannerThread;
  /** Starts the next thread after one was lost. */
  replace(): Promise<PlannerThread>;
  readonly culprits: Culprits;
  readonly planTimeoutMs: number;
  readonly maxWaiting: number;
  readonly logger: Logger;
}

export interface PlanQueue extends AsyncDisposable {
  /** `key` tells equal requests. */
  plan(request: CorePlanRequest, key: string): Promise<QueryPlan>;
}

interface Waiting {
  readonly request: CorePlanRequest;
  readonly key: string;
  resolve(plan: QueryPlan): void;
  reject(error: TributaryError): void;
}

/**
 * Hands operations to a thread one by one, in order. A thread that is lost while it plans takes only that operation with
 * it: the next one waits for the thread's successor.
 */
export function createPlanQueue(options: PlanQueueOptions): PlanQueue {
  const { culprits, logger, planTimeoutMs, maxWaiting } = options;
  const waiting: Waiting[] = [];
  let thread: PlannerThread | undefined = options.thread;
  let closed = false;
  let working: Promise<void> | undefined;
  let reviving: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (thread === undefined && !closed) await revive();
      const current = thread;
      if (current === undefined) {
        next.reject(unavailable('The planner is not running'));
        continue;
      }
      const answer = await current.plan(next.request, planTimeoutMs);
      if (answer.kind === 'lost') {
        thread = undefined;
        await current[Symbol.asyncDispose]();
      }
      settle(next, answer);
    }
    working = undefined;
    // Reading a large supergraph takes seconds: the successor is made before somebody waits for it.
    if (thread === undefined && !closed) await revive();
  }

  function revive(): Promise<void> {
    reviving ??= startSuccessor().finally(() => {
      reviving = undefined;
    });
    return reviving;
  }

  async function startSuccessor(): Promise<void> {
    try {
      const started = await options.replace();
      if (closed) await started[Symbol.asyncDispose]();
      else thread = started;
    } catch (error) {
      logger.error({ err: error }, 'the planner thread could not be replaced');
    }
  }

  function settle({ request, key, resolve, reject }: Waiting, answer: ThreadAnswer): void {
    if (answer.kind === 'planned') {
      // Written by our own thread.
      resolve(JSON.parse(answer.plan) as QueryPlan);
    } else if (answer.kind === 'failed') {
      const { code, message, cause } = answer;
      reject(new TributaryError(code, message, cause === undefined ? {} : { cause }));
    } else if (closed) {
      reject(unavailable('The planner was stopped'));
    } else {
      culprits.add(key);
      logger.warn(
        { operationName: request.operationName, reason: answer.reason },
        'an operation ended the planner thread',
      );
      reject(timedOut());
    }
  }

  return {
    plan(request, key) {
      if (closed) return Promise.reject(unavailable('The planner was stopped'));
      if (culprits.has(key)) return Promise.reject(timedOut());
      if (waiting.length >= maxWaiting)
        return Promise.reject(unavailable('Too many operations wait to be planned'));
      const { promise, resolve, reject } = Promise.withResolvers<QueryPlan>();
      waiting.push({ request, key, resolve, reject });
      working ??= work();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(unavailable('The planner was stopped'));
      await thread?.[Symbol.asyncDispose]();
      await working;
      await reviving;
    },
  };
}

const timedOut = () =>
  new TributaryError('PLANNING_TIMEOUT', 'Planning this operation takes more time or memory than is granted');
const unavailable = (message: string) => new TributaryError('SERVICE_UNAVAILABLE', message);
