import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** RFC 3339 section 5.6, without leap seconds: a JavaScript date has no value for 23:59:60. */
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The years that RFC 3339 has four digits for: 0000-01-01T00:00:00.000Z to 9999-12-31T23:59:59.999Z. */
const EARLIEST_MS = -62_167_219_200_000;
const LATEST_MS = 253_402_300_799_999;

/**
 * A moment in time. Out: RFC 3339 in UTC with milliseconds, so that texts sort as the moments do. In: RFC 3339
 * with any offset, cut to milliseconds; resolvers get and return a `Date`.
 */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment in time: RFC 3339 in UTC with milliseconds, for example 2026-11-20T09:30:00.000Z.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize(value) {
    const date = typeof value === 'string' ? parseDateTime(value) : value;
    if (date instanceof Date && isWithinRfc3339(date)) return date.toISOString();
    throw new GraphQLError(`DateTime cannot represent value: ${describe(value)}`);
  },
  parseValue: parseDateTime,
  parseLiteral(node) {
    if (node.kind !== Kind.STRING) throw new GraphQLError('DateTime must be a string', { nodes: node });
    return parseDateTime(node.value);
  },
});

function parseDateTime(value: unknown): Date {
  const fields = typeof value === 'string' ? RFC_3339.exec(value) : null;
  if (fields === null) throw notADateTime(value);
  const [text, year, month, day] = fields;
  // Date.parse lets 30 February through as 2 March.
  if (Number(day) > daysInMonth(Number(year), Number(month))) throw notADateTime(value);
  const date = new Date(text.toUpperCase());
  if (!isWithinRfc3339(date)) throw notADateTime(value);
  return date;
}

/** 0 for a month that does not exist, so that every day of it is refused. */
function daysInMonth(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2) return isLeapYear ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Also false for an invalid date, whose time is NaN. */
function isWithinRfc3339(date: Date): boolean {
  return date.getTime() >= EARLIEST_MS && date.getTime() <= LATEST_MS;
}

function notADateTime(value: unknown): GraphQLError {
  return new GraphQLError(
    `DateTime must be RFC 3339 with an offset, such as 2026-11-20T09:30:00Z, got value: ${describe(value)}`,
  );
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : `a ${typeof value}`;
}
