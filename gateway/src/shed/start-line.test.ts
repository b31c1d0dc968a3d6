import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { idleClock } from '../subgraph/idle-clock.ts';
import { StartLine } from './start-line.ts';

function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

/** So many at once, each of which takes so long when it begins: how many began in each turn. */
async function enterAll(line: StartLine, count: number, takesMs: number): Promise<number[]> {
  const turns: number[] = [];
  let begun = 0;
  for (let each = 0; each < count; each++) {
    line.enter(() => {
      begun++;
      block(takesMs);
      line.ended();
    }, performance.now());
  }
  for (let all = 0; all < count; all += begun, begun = 0, await nextTurn()) turns.push(begun);
  return turns;
}

it('begins at once while there is room, and whatever comes alone', async () => {
  const line = new StartLine(idleClock);
  expect(await enterAll(line, 64, 0)).toEqual([64]);
  expect(line.length).toBe(0);
  expect(line.waitedMs(performance.now())).toBe(0);
});

it('lets the rest begin in the next turns, in their order, more in each while turns are short', async () => {
  const line = new StartLine(idleClock);
  const order: number[] = [];
  for (let each = 0; each < 1_000; each++) line.enter(() => order.push(each), performance.now());
  expect(order).toHaveLength(64);
  expect(line.length).toBe(936);
  const turns: number[] = [];
  for (let before = order.length; line.length > 0; before = order.length) {
    await nextTurn();
    turns.push(order.length - before);
  }
  expect(order).toEqual(Array.from({ length: 1_000 }, (_, each) => each));
  expect(turns.at(-2)).toBeGreaterThan(turns[0] as number);
});

it('keeps turns short where each takes long to begin', async () => {
  const line = new StartLine(idleClock);
  const turns = await enterAll(line, 150, 1);
  expect(turns.slice(-5).every((begun) => begun <= 16)).toBe(true);
  expect(turns.every((begun) => begun >= 1)).toBe(true);
});

it('says how long the first has waited', async () => {
  const line = new StartLine(idleClock);
  const nowMs = performance.now();
  for (let each = 0; each < 65; each++) line.enter(() => {}, nowMs);
  expect(line.waitedMs(nowMs + 50)).toBe(50);
  await nextTurn();
  await nextTurn();
  expect(line.waitedMs(nowMs + 50)).toBe(0);
});

it('lets wait what would only be open, and begins again when work is done', async () => {
  const line = new StartLine(() => 0);
  let begun = 0;
  const open = () => line.enter(() => begun++, performance.now());
  for (let each = 0; each < 200; each++) open();
  expect(begun).toBe(64);
  // The event loop is never idle in between.
  for (let turn = 0; turn < 5; turn++) {
    block(5);
    await nextTurn();
  }
  expect(begun).toBeLessThan(150);
  for (let each = begun; each > 0; each--) line.ended();
  for (let turn = 0; turn < 200 && begun < 200; turn++) {
    block(2);
    await nextTurn();
    line.ended();
  }
  expect(begun).toBe(200);
});

it('holds nobody up while all that is open waits for subgraphs', async () => {
  const line = new StartLine(() => 0);
  let begun = 0;
  for (let each = 0; each < 1_000; each++) line.enter(() => begun++, performance.now());
  for (let turn = 0; turn < 200 && begun < 1_000; turn++) await nextTurn();
  expect(begun).toBe(1_000);
});
