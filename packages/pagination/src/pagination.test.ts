import { TributaryError } from '@tributary/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, parsePage, toConnection } from './index.ts';

const ID = '0190f5b0-0000-7000-8000-000000000001';
const OPTIONS = { max: 100, cursor: ['date', 'uuid'] } as const;
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ at: new Date(index), id: ID }));
const cursorOf = (row: { at: Date; id: string }) => [row.at, row.id];

describe('parsePage', () => {
  it('takes 20 when nothing is asked for', () => {
    expect(parsePage({}, OPTIONS)).toEqual({ limit: 20 });
    expect(parsePage({ first: null, after: null }, OPTIONS)).toEqual({ limit: 20 });
  });

  it.each([-1, 101, 1.5, Number.NaN])('refuses first: %d', (first) => {
    expect(() => parsePage({ first }, OPTIONS)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it('gives back the values that the cursor was made of', () => {
    const after = encodeCursor([new Date(1_700_000_000_123), ID]);
    expect(parsePage({ first: 5, after }, OPTIONS)).toEqual({
      limit: 5,
      after: [new Date(1_700_000_000_123), ID],
    });
  });

  it.each([
    ['of another list', encodeCursor(['a'])],
    ['with an ill-formed id', encodeCursor([new Date(0), 'x'])],
    ['of another version', Buffer.from(`[2,0,"${ID}"]`).toString('base64url')],
    ['with a year that PostgreSQL cannot read', Buffer.from(`[1,8e15,"${ID}"]`).toString('base64url')],
    ['that is no base64url', 'not a cursor!'],
    ['that is empty', ''],
    ['that is huge', 'a'.repeat(100_000)],
  ])('refuses a cursor %s', (_, after) => {
    expect(() => parsePage({ after }, OPTIONS)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it('answers any text with a page or BAD_USER_INPUT, never another error', () => {
    const anyCursor = fc.oneof(
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc
        .array(fc.jsonValue())
        .map((values) => Buffer.from(JSON.stringify([1, ...values])).toString('base64url')),
    );
    fc.assert(
      fc.property(anyCursor, (after) => {
        try {
          parsePage({ after }, { max: 10, cursor: ['string', 'bigint'] });
        } catch (error) {
          expect(error).toBeInstanceOf(TributaryError);
        }
      }),
    );
  });
});

describe('cursors', () => {
  it('keep every value exactly', () => {
    const values = fc.tuple(
      fc.string({ maxLength: 50 }).filter((text) => !text.includes('\0')),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.integer(),
      fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
    );
    fc.assert(
      fc.property(values, (parts) => {
        expect(decodeCursor(encodeCursor(parts), ['string', 'bigint', 'integer', 'date'])).toEqual(parts);
      }),
    );
  });
});

describe('toConnection', () => {
  it('says that there is a next page when one row too many came, and does not show that row', () => {
    const connection = toConnection(rows(3), { limit: 2 }, cursorOf);
    expect(connection.edges.map((edge) => edge.node.at.getTime())).toEqual([0, 1]);
    expect(connection.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: connection.edges[0]?.cursor,
      endCursor: connection.edges[1]?.cursor,
    });
  });

  it('ends the list when no row too many came', () => {
    const page = parsePage({ first: 3, after: encodeCursor([new Date(0), ID]) }, OPTIONS);
    expect(toConnection(rows(3), page, cursorOf).pageInfo).toMatchObject({
      hasNextPage: false,
      hasPreviousPage: true,
    });
  });

  it('has null cursors when the page is empty', () => {
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
    expect(toConnection([], { limit: 5 }, cursorOf)).toEqual({ edges: [], pageInfo });
    expect(toConnection(rows(1), { limit: 0 }, cursorOf).pageInfo.hasNextPage).toBe(true);
  });
});
