import { expect, it } from 'vitest';
import { Pieces } from './pieces.ts';
import { Rows } from './rows.ts';

const COUNT = 5_000;
const numbers = Array.from({ length: COUNT }, (_, index) => index);

it('keeps what is written to its rows, however many there are', () => {
  const rows = new Rows({ rootSize: 3, usualCells: 0 });
  expect([...rows.cells.subarray(1, 4)]).toEqual([0, 0, 0]);
  const added = numbers.map((number) => {
    const row = rows.add(3);
    rows.cells.fill(number, row, row + 3);
    return row;
  });
  expect(new Set(added).size).toBe(COUNT);
  expect(added.map((row) => [...rows.cells.subarray(row, row + 3)])).toEqual(
    numbers.map((number) => [number, number, number]),
  );
});

it('takes pieces over, those of an inner object before those around it', () => {
  const [rows, pieces] = [new Rows({ rootSize: 1, usualCells: 0 }), new Pieces()];
  pieces.text(5, 9);
  const from = pieces.count;
  for (const number of numbers) pieces.text(number, number + 1);
  const inner = rows.keep(pieces, from);
  expect(rows.end - inner).toBe(2 * COUNT);
  pieces.node(inner);
  const outer = rows.keep(pieces, 0);
  expect([...rows.cells.subarray(outer, rows.end)]).toEqual([5, 9, -1, inner]);
  expect([...rows.cells.subarray(inner, outer)]).toEqual(numbers.flatMap((number) => [number, number + 1]));
  expect(pieces.count).toBe(0);
});

it('takes lists over with their lengths, lists of lists too', () => {
  const [rows, pieces] = [new Rows({ rootSize: 1, usualCells: 0 }), new Pieces()];
  const lists = [[7, 8], [], [9]].map((items) => {
    const from = pieces.count;
    for (const item of items) pieces.item(item);
    return rows.keepList(pieces, from);
  });
  for (const list of lists) pieces.item(list);
  const all = rows.keepList(pieces, 0);
  const listAt = (row: number) => [...rows.cells.subarray(row + 1, row + 1 + (rows.cells[row] as number))];
  expect(listAt(all).map(listAt)).toEqual([[7, 8], [], [9]]);
});

it('lends its memory to one request at a time, and late writers write where nobody reads', () => {
  const late = new Rows({ rootSize: 1, usualCells: 0 });
  const { cells } = late;
  late.release();
  late.release();
  const [one, other] = [new Rows({ rootSize: 2, usualCells: 0 }), new Rows({ rootSize: 2, usualCells: 0 })];
  expect(one.cells).not.toBe(other.cells);
  const row = late.add(4);
  late.cells.fill(99, row, row + 4);
  expect([one.cells, other.cells]).not.toContain(late.cells);
  expect([...cells]).not.toContain(99);
});

it('has room for a first row of any size, all zeros', () => {
  for (const rootSize of [600, 3, 5_000]) {
    const rows = new Rows({ rootSize, usualCells: 0 });
    expect(rows.cells.length).toBeGreaterThan(rootSize);
    expect(rows.cells.subarray(1, 1 + rootSize).every((cell) => cell === 0)).toBe(true);
    rows.cells.fill(1);
    rows.release();
  }
});

it('begins with as many cells as its operation took lately, and forgets a request that took more', () => {
  const usage = { rootSize: 1, usualCells: 0 };
  const long = new Rows(usage);
  long.add(100_000);
  long.release();
  const next = new Rows(usage);
  expect(next.cells.length).toBeGreaterThan(100_000);
  next.release();
  for (let round = 0; round < 200; round++) new Rows(usage).release();
  expect(usage.usualCells).toBeLessThan(100);
});
