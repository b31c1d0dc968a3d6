import { type InvalidInput, invalid, type WantedLine } from './order-lines.ts';

export const MAX_KEY_LENGTH = 200;

/** How long a key is remembered at least; the schema tells clients. After that it may order again. */
export const KEY_LIFETIME_DAYS = 7;

/** Null when the key may be used. Control characters are refused: PostgreSQL cannot store all of them. */
export function findKeyFault(key: string): InvalidInput | null {
  const length = key.length;
  if (length >= 1 && length <= MAX_KEY_LENGTH && key.isWellFormed() && !/\p{Cc}/u.test(key)) return null;
  return invalid(
    'idempotencyKey',
    `An idempotency key is a text of 1 to ${MAX_KEY_LENGTH} characters without control characters.`,
  );
}

/** The same text for the same purchase, however its lines were ordered or split. */
export function fingerprint(lines: readonly WantedLine[]): string {
  return JSON.stringify(lines.map(({ sku, quantity }) => [sku, quantity] as const).sort(bySku));
}

function bySku([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
