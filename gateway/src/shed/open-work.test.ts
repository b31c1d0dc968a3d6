import { expect, it } from 'vitest';
import { OpenWork } from './open-work.ts';

/** Begins as many as there is room for. */
function fill(work: OpenWork): number {
  let begun = 0;
  for (; work.hasRoom && begun < 10_000; begun++) work.begun();
  return begun;
}

/** Turns of so many milliseconds in which so many requests end. */
function turn(work: OpenWork, turnMs: number, ended: number): void {
  for (let each = 0; each < ended; each++) work.begun();
  for (let each = 0; each < ended; each++) work.ended();
  work.worked(turnMs);
}

it('has room for two and a half milliseconds of work, whatever a request costs', () => {
  for (const [costMs, most] of [
    [0.1, 25],
    [0.2, 12.5],
    [1, 2.5],
  ] as const) {
    const work = new OpenWork();
    for (let each = 0; each < 100; each++) turn(work, 5, 5 / costMs);
    expect(work.most).toBeCloseTo(most);
    expect(fill(work)).toBe(Math.ceil(work.most));
  }
});

it('has room for two where one alone takes longer', () => {
  const work = new OpenWork();
  for (let each = 0; each < 100; each++) turn(work, 500, 1);
  expect(fill(work)).toBe(2);
  work.ended();
  expect(fill(work)).toBe(1);
});

it('follows a change of what requests cost', () => {
  const work = new OpenWork();
  for (let each = 0; each < 100; each++) turn(work, 5, 25);
  for (let each = 0; each < 100; each++) turn(work, 5, 1);
  expect(work.most).toBeLessThan(6);
  for (let each = 0; each < 100; each++) turn(work, 5, 25);
  expect(work.most).toBeGreaterThan(11);
});

it('does not count for long those that a subgraph lets wait', () => {
  const work = new OpenWork();
  work.settle(0);
  const all = fill(work);
  expect(work.hasRoom).toBe(false);
  for (let nowMs = 5; nowMs <= 200; nowMs += 5) work.settle(nowMs);
  expect(fill(work)).toBeGreaterThan(all * 0.8);
});

it('lets more be open while the event loop sleeps and others wait, until it hardly sleeps any more', () => {
  const work = new OpenWork();
  for (let each = 0; each < 100; each++) turn(work, 5, 20);
  expect(fill(work)).toBe(10);
  for (let each = 0; each < 200; each++) work.heldBack(0.7, 0.3);
  const more = 10 + fill(work);
  expect(more).toBeGreaterThan(30);
  for (let each = 0; each < 200; each++) work.heldBack(0.91, 0.09);
  expect(fill(work)).toBe(0);
  for (let each = 0; each < more; each++) work.ended();
  for (let each = 0; each < 2_000; each++) work.heldBack(1, 0);
  expect(fill(work)).toBe(10);
});

it('counts those for longer of which two are long work', () => {
  const work = new OpenWork();
  for (let each = 0; each < 100; each++) turn(work, 50, 1);
  work.settle(0);
  work.begun();
  work.begun();
  work.begun();
  for (let nowMs = 5; nowMs <= 100; nowMs += 5) work.settle(nowMs);
  expect(work.hasRoom).toBe(false);
  for (let nowMs = 105; nowMs <= 500; nowMs += 5) work.settle(nowMs);
  expect(work.hasRoom).toBe(true);
});

it('learns nothing from what ends while the event loop has time', () => {
  const work = new OpenWork();
  for (let each = 0; each < 100; each++) turn(work, 5, 5);
  const { most } = work;
  for (let each = 0; each < 1_000_000; each++) work.ended();
  work.rested();
  turn(work, 5, 5);
  expect(work.most).toBeCloseTo(most);
});

it('says whether all that is there is little work, once it is known what a request costs', () => {
  const work = new OpenWork();
  expect(work.areFew(1, 0)).toBe(false);
  for (let each = 0; each < 100; each++) turn(work, 5, 20);
  expect([work.areFew(20, 0), work.areFew(21, 0)]).toEqual([true, false]);
  for (let each = 0; each < 10; each++) work.begun();
  expect([work.areFew(10, 0), work.areFew(11, 0)]).toEqual([true, false]);
  // Those that wait for a subgraph come back.
  for (let nowMs = 0; nowMs < 100; nowMs += 5) work.settle(nowMs);
  expect([work.areFew(10, 0), work.areFew(11, 0)]).toEqual([true, false]);
  // Some of those that have begun in this turn have ended in it.
  expect([work.areFew(5, 15), work.areFew(6, 15)]).toEqual([true, false]);
});
