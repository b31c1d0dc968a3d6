import { z } from 'zod';
import type { OrderEvent } from '../domain/order-events.ts';
import { isAmount } from '../domain/points.ts';
import { parseUuid } from '../domain/uuid.ts';

export type ParsedEvent =
  | { readonly event: OrderEvent }
  /** `id` is what the event calls itself, shortened. */
  | { readonly id: string; readonly fault: string }
  /** It does not call itself anything, so no answer can name it. */
  | { readonly id: null; readonly fault: string };

/** Instants outside are mistakes; PostgreSQL would refuse some of them, and with them the batch. */
const EARLIEST_MS = Date.UTC(1970);
const LATEST_MS = Date.UTC(2200);

/** Long enough for any id worth finding in a log, short enough not to send a flood back. */
const MAX_ECHOED_LENGTH = 100;

const uuid = z
  .string('must be a UUID')
  .transform((text) => parseUuid(text))
  .refine((id) => id !== null, 'must be a UUID')
  .transform((id) => id as string); // The refinement before has refused null.

const orderEvent = z.object(
  {
    id: uuid,
    type: z.enum(['order.placed', 'order.cancelled'], 'is not a type that loyalty knows'),
    orderId: uuid,
    userId: uuid,
    occurredAt: z.iso
      .datetime({ offset: true, error: 'must be an RFC 3339 instant with an offset' })
      .transform((text) => new Date(text))
      // Also false for a leap second and the like: right in form, but no instant that a Date can hold.
      .refine((date) => date.getTime() >= EARLIEST_MS && date.getTime() < LATEST_MS, {
        error: 'must be an instant between 1970 and 2200',
      }),
    total: z.object(
      {
        amount: z.string('must be decimal text').refine(isAmount, 'must be a decimal that is not negative'),
        currency: z.string('must be text').regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'),
      },
      'must be an amount and a currency',
    ),
  },
  'must be an object',
);

/** An event of a batch, or why it is none. Fields that loyalty does not know are allowed: senders may add some. */
export function parseEvent(value: unknown): ParsedEvent {
  const parsed = orderEvent.safeParse(value);
  if (parsed.success) return { event: parsed.data };
  const faults = parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message].join(' ').trim());
  return { id: idOf(value), fault: faults.join('; ') };
}

function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return typeof value.id === 'string' ? value.id.slice(0, MAX_ECHOED_LENGTH) : null;
}
