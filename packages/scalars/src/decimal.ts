import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const DECIMAL = /^(-?)0*(\d+?)(\.\d+)?$/;

/** Well above any amount, and below what makes arithmetic on it a way to keep a process busy. */
const MAX_LENGTH = 64;

/**
 * An exact decimal number, as text because a JSON number is a binary float to most readers. Canonical: no `+`,
 * exponent, leading zeros or negative zero. The fraction's zeros stay: `12.30` says that it counts cents.
 * In: such a text, or an integer. A float from variables is refused, for it may already have lost digits; a
 * literal in the document (`12.30`) has not.
 */
export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: 'An exact decimal number as text, for example "12.30". Never a float.',
  serialize: toDecimal,
  parseValue: toDecimal,
  parseLiteral(node) {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT) {
      return toDecimal(node.value);
    }
    throw new GraphQLError('Decimal must be a string or a number', { nodes: node });
  },
});

function toDecimal(value: unknown): string {
  if (typeof value === 'bigint') return toCanonical(value.toString());
  if (typeof value === 'string') return toCanonical(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return toCanonical(String(value));
  if (typeof value === 'number') throw new GraphQLError('Decimal must be sent as a string, not as a float');
  throw new GraphQLError(`Decimal must be a string such as "12.30", not a ${typeof value}`);
}

function toCanonical(text: string): string {
  const match = text.length <= MAX_LENGTH ? DECIMAL.exec(text) : null;
  if (match === null) {
    throw new GraphQLError(
      `Decimal must be a string such as "12.30", got value: ${JSON.stringify(text.slice(0, 60))}`,
    );
  }
  const [, sign = '', whole = '', fraction = ''] = match;
  const isZero = !/[1-9]/.test(whole + fraction);
  return `${isZero ? '' : sign}${whole}${fraction}`;
}
