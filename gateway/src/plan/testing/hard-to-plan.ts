import { composeTexts } from './test-planner.ts';

const SUBGRAPHS = 8;
const range = (length: number) => Array.from({ length }, (_, index) => index);

/** A supergraph in which every field can be had from everywhere. */
export function manyWays(): string {
  const fields = range(SUBGRAPHS).map((field) => `f${field}: V @shareable`);
  const subgraphs = range(SUBGRAPHS).map((index) => [
    `s${index}`,
    `type Query { t: T @shareable }
     type T @key(fields: "id") { id: ID! ${fields.join(' ')} }
     type V @shareable { t: T v: V x: Int }`,
  ]);
  return composeTexts(Object.fromEntries(subgraphs));
}

/** Each level takes some ten times as long to plan as the one before: four take a second, five are beyond Apollo's limits. */
export function hardOperation(levels: number): string {
  const selection = (left: number): string =>
    left === 0
      ? '{ x }'
      : `{ x v { x } t { ${range(SUBGRAPHS)
          .map((field) => `f${field} ${selection(left - 1)}`)
          .join(' ')} } }`;
  return `{ t { f0 ${selection(levels)} } }`;
}
