import type { AdminRoute } from '@tributary/admin';
import { z } from 'zod';
import type { Invalidated } from './response-cache.ts';

const body = z.strictObject({ tags: z.array(z.string().min(1).max(1_000)).min(1).max(1_000) });

/**
 * `POST /cache/invalidate {"tags":["User:{\"id\":\"1\"}","subgraph:orders"]}` on the operators' port, for those who
 * have the token. Answers when what has one of the tags is not used any more, with how much that was.
 */
export function createInvalidationRoute(
  bearerToken: string,
  invalidate: (tags: readonly string[]) => Promise<Invalidated>,
): AdminRoute {
  return {
    method: 'POST',
    path: '/cache/invalidate',
    bearerToken,
    async handle(given) {
      const { success, data } = body.safeParse(given);
      if (!success) return { status: 400, body: { message: 'Send {"tags": ["..."]}, up to 1,000 of them.' } };
      const { entries, isEverywhere } = await invalidate(data.tags);
      // Somebody may use it until it ends by itself: whoever called should call again.
      return { status: isEverywhere ? 200 : 503, body: { entries, everywhere: isEverywhere } };
    },
  };
}
