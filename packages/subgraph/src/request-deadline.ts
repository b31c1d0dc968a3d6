import {
  createDeadline,
  type Deadline,
  type OwnedDeadline,
  REQUEST_TIMEOUT_HEADER,
} from '@tributary/deadline';
import { TributaryError } from '@tributary/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerMarginMs, readBudgetMs, type TimeBudget } from './time-budget.ts';

export interface RequestDeadline {
  /** Of the work. It ends a little before the caller's own patience: see `answerMarginMs`. */
  readonly deadline: Deadline;
  readonly marginMs: number;
}

/**
 * Starts the clock of a request when its head has arrived. The caller counts as gone when the connection closes before
 * the answer is out; that is heard on the response, since a request emits `close` as soon as its body has been read.
 */
export function startRequestDeadline(
  request: FastifyRequest,
  reply: FastifyReply,
  budget: TimeBudget,
): RequestDeadline {
  const budgetMs = readBudgetMs(request.headers[REQUEST_TIMEOUT_HEADER], budget);
  const marginMs = answerMarginMs(budgetMs);
  const deadline: OwnedDeadline = createDeadline(budgetMs - marginMs);
  const response = reply.raw;
  if (response.closed) deadline.disconnect();
  response.once('close', () => {
    if (!response.writableFinished) deadline.disconnect();
    deadline[Symbol.dispose]();
  });
  return { deadline, marginMs };
}

/**
 * What `work` answers; an error when even the margin has passed without an answer. That is for work that does not heed
 * its deadline, or that must not be cut off, like a commit: it goes on, and its outcome reaches nobody. Work is not
 * begun when the time is over already: a body may have taken all of it.
 */
export async function answerInTime<T>(
  work: () => Promise<T>,
  { deadline, marginMs }: RequestDeadline,
): Promise<T> {
  deadline.throwIfEnded();
  const { promise: late, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const giveUpSoon = () => {
    timer = setTimeout(() => reject(tooLate()), marginMs);
  };
  deadline.signal.addEventListener('abort', giveUpSoon);
  try {
    return await Promise.race([work(), late]);
  } finally {
    deadline.signal.removeEventListener('abort', giveUpSoon);
    clearTimeout(timer);
  }
}

// Private:

function tooLate(): TributaryError {
  return new TributaryError(
    'SERVICE_TIMEOUT',
    'There was no answer in time; whether a change was made is not known. Ask, or send it again with its idempotency key.',
  );
}
