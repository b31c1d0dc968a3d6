import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** How long news may be waited for, in seconds. */
export const waitQuery = z.strictObject({ wait: z.coerce.number().min(0).max(60).default(0) });

/** The time is up, or the caller has gone. */
export function endOfWait(
  reply: FastifyReply,
  seconds: number,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const end = () => controller.abort();
  const timer = setTimeout(end, seconds * 1_000);
  reply.raw.once('close', end);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      reply.raw.off('close', end);
    },
  };
}
