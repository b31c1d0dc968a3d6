import { TributaryError } from '@tributary/errors';
import { type CursorPart, type CursorValues, decodeCursor } from './cursor.ts';

/** The arguments of a connection field, as graphql-js gives them. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface PageOptions<Parts extends readonly CursorPart[]> {
  /** The most that `first` may ask for. */
  readonly max: number;
  /** What the list is ordered by, in order, the last one unique: `['date', 'uuid']`. */
  readonly cursor: Parts;
  /** Used when `first` is not given; default 20. */
  readonly defaultFirst?: number;
}

/** A parsed page: fetch `limit + 1` rows that come after the values of `after`, and give them to `toConnection`. */
export interface Page<Values extends readonly unknown[] = readonly unknown[]> {
  readonly limit: number;
  readonly after?: Values;
}

const DEFAULT_FIRST = 20;

/**
 * Checks the arguments of a forward Relay connection. Throws BAD_USER_INPUT when `first` is below 0 or above `max`, or
 * `after` is not a cursor of this list. `first: 0` is allowed and tells only whether there is more.
 */
export function parsePage<const Parts extends readonly CursorPart[]>(
  { first, after }: PageArguments,
  { max, cursor, defaultFirst = DEFAULT_FIRST }: PageOptions<Parts>,
): Page<CursorValues<Parts>> {
  const limit = first ?? Math.min(defaultFirst, max);
  if (!Number.isInteger(limit) || limit < 0 || limit > max) {
    throw new TributaryError('BAD_USER_INPUT', `"first" must be between 0 and ${max}, not ${limit}.`);
  }
  if (after === undefined || after === null) return { limit };
  const values = decodeCursor(after, cursor);
  if (values === undefined) {
    throw new TributaryError('BAD_USER_INPUT', '"after" is not a cursor of this list.');
  }
  return { limit, after: values };
}
