import { z } from 'zod';
import { digest } from './names.ts';

/**
 * POST /v1/environments/:environment/usage
 *
 * What clients asked for since the last report: counts of requests, no values. Coordinates stand in one list and are named
 * by their place in it.
 */
const place = z.number().int().min(0);
const requests = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const CLIENT_TEXT_LENGTH = 64;
const clientText = z
  .string()
  .max(CLIENT_TEXT_LENGTH)
  .regex(/^[\w .:/+()@-]*$/, 'a client is named by letters, digits, spaces and any of . : / + ( ) @ _ -');

export const USAGE_LIMITS = {
  coordinates: 50_000,
  operations: 1_000,
  clientsOfOperation: 1_000,
  documentLength: 100_000,
  bytes: 8 * 1024 * 1024,
} as const;

const usageOfClient = z.strictObject({
  /** As it says of itself, empty when it says nothing. */
  name: clientText,
  version: clientText,
  requests,
  /** What variables brought, and in how many of the requests. */
  values: z.array(z.tuple([place, requests])).max(USAGE_LIMITS.coordinates),
});

const usageOfOperation = z.strictObject({
  /** SHA-256 of the normalised document. */
  hash: digest,
  name: z
    .string()
    .regex(/^[_A-Za-z]\w{0,199}$/)
    .optional(),
  /** The normalised document, without values; left out where it is too long. */
  document: z.string().min(1).max(USAGE_LIMITS.documentLength).optional(),
  /** What the text uses in every request. */
  coordinates: z.array(place).max(USAGE_LIMITS.coordinates),
  clients: z.array(usageOfClient).min(1).max(USAGE_LIMITS.clientsOfOperation),
});

export const usageBody = z.strictObject({
  /** Of this report: however often it comes, it is counted once. */
  id: z.uuid(),
  coordinates: z
    .array(z.string().regex(/^[@_A-Za-z][\w.():@=]{0,499}$/, 'a coordinate names what a schema has'))
    .max(USAGE_LIMITS.coordinates),
  operations: z.array(usageOfOperation).min(1).max(USAGE_LIMITS.operations),
});
export type UsageBody = z.output<typeof usageBody>;

export interface UsageAnswer {
  /** False for a report that was counted before. */
  readonly counted: boolean;
}
