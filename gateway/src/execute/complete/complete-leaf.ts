import type { GraphQLEnumType } from 'graphql';
import { isExactNumber } from '../../subgraph/index.ts';

/** What is no value of its type. */
export const INVALID = Symbol('not a value of its type');

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);

/**
 * A subgraph's value as the API schema's scalar. The built-in ones are strict; of any other scalar every JSON value is
 * one. Numbers that no double holds are ExactNumbers and leave a custom scalar as the text they were.
 */
export function completeScalar(name: string, value: unknown): unknown {
  switch (name) {
    case 'Int': {
      const number = numberOf(value);
      return number !== undefined && Number.isInteger(number) && number <= MAX_INT && number >= MIN_INT
        ? number
        : INVALID;
    }
    case 'Float': {
      const number = numberOf(value);
      return number !== undefined && Number.isFinite(number) ? number : INVALID;
    }
    case 'String':
      return typeof value === 'string' ? value : INVALID;
    case 'Boolean':
      return typeof value === 'boolean' ? value : INVALID;
    case 'ID':
      return typeof value === 'string' ? value : integerText(value);
    default:
      return value;
  }
}

/** @inaccessible values are not in the API's enum: to a client they are no values. */
export function completeEnum(type: GraphQLEnumType, value: unknown): unknown {
  return typeof value === 'string' && type.getValue(value) ? value : INVALID;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return isExactNumber(value) ? Number(value.rawJSON) : undefined;
}

function integerText(value: unknown): string | typeof INVALID {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : INVALID;
  return isExactNumber(value) && /^-?\d+$/.test(value.rawJSON) ? value.rawJSON : INVALID;
}
