import type { AdminRoute } from '@tributary/admin';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { listDeadLetters, replayDeadLetters } from '../store/dead-letters.ts';
import type { Tables } from '../store/tables.ts';

const MAX_LISTED = 100;

const replaySchema = z.union([
  z.strictObject({ all: z.literal(true) }),
  z.strictObject({ ids: z.array(z.guid()).min(1).max(1000) }),
]);

/** For operators: look at dead letters, and send them once more when the reason is gone. */
export function deadLetterRoutes(
  db: Kysely<Tables>,
  { now, wake }: { readonly now: () => Date; readonly wake: () => void },
): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      path: '/dead-letters',
      async handle() {
        return { status: 200, body: { deadLetters: await listDeadLetters(db, MAX_LISTED) } };
      },
    },
    {
      method: 'POST',
      path: '/dead-letters/replay',
      async handle(body) {
        const wanted = replaySchema.safeParse(body);
        if (!wanted.success) {
          return { status: 400, body: { message: 'Send {"all": true} or {"ids": ["<event id>", …]}.' } };
        }
        const replayed = await replayDeadLetters(db, 'all' in wanted.data ? 'all' : wanted.data.ids, now());
        wake();
        return { status: 200, body: { replayed } };
      },
    },
  ];
}
