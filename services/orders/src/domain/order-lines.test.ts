import { describe, expect, it } from 'vitest';
import { parseLines } from './order-lines.ts';

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ sku: `S${index}`, quantity: 1 }));

describe('parseLines', () => {
  it('adds lines of one SKU together where it came first', () => {
    const wanted = [
      { sku: 'B', quantity: 1 },
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 3 },
    ];
    expect(parseLines(wanted)).toEqual({
      kind: 'valid',
      lines: [
        { sku: 'B', quantity: 4 },
        { sku: 'A', quantity: 2 },
      ],
    });
  });

  it.each([1, 50])('accepts %i lines', (count) => {
    expect(parseLines(lines(count))).toMatchObject({ kind: 'valid' });
  });

  it.each([0, 51])('refuses %i lines', (count) => {
    expect(parseLines(lines(count))).toMatchObject({ kind: 'invalid', field: 'lines' });
  });

  it.each([1, 99])('accepts a quantity of %i', (quantity) => {
    expect(parseLines([{ sku: 'A', quantity }])).toMatchObject({ kind: 'valid' });
  });

  it.each([0, -1, 100, 1.5, Number.NaN, 2_147_483_647])('refuses a quantity of %d', (quantity) => {
    const wanted = [...lines(2), { sku: 'A', quantity }];
    expect(parseLines(wanted)).toMatchObject({ kind: 'invalid', field: 'lines.2.quantity' });
  });

  it('refuses a sum that one line could not ask for', () => {
    const wanted = [
      { sku: 'A', quantity: 60 },
      { sku: 'A', quantity: 40 },
    ];
    expect(parseLines(wanted)).toMatchObject({ kind: 'invalid', field: 'lines.1.quantity' });
  });

  it.each(['', 'A\0', 'A\n', 'x'.repeat(65)])('refuses %j, which no product can be called', (sku) => {
    expect(parseLines([{ sku, quantity: 1 }])).toMatchObject({ kind: 'invalid', field: 'lines.0.sku' });
  });
});
