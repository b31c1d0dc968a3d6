import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { idleClock } from '../subgraph/idle-clock.ts';
import { BACKGROUND, CRITICAL, DEFAULT, type Rank } from './criticality.ts';
import { StartLine } from './start-line.ts';

/** A line in which one may wait for ever, unless it says how long. */
function open(idle: () => number = idleClock, longestWaitMs = Infinity) {
  return new StartLine({ idleClock: idle, longestWaitMs: () => longestWaitMs });
}

const never = () => expect.unreachable('refused');

// Turns of the event loop are real, time is not: a busy machine must not decide what is late.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function block(ms: number): void {
  vi.advanceTimersByTime(ms);
}

/** So many at once, each of which takes so long when it begins: how many began in each turn. */
async function enterAll(line: StartLine, count: number, takesMs: number): Promise<number[]> {
  const turns: number[] = [];
  let begun = 0;
  for (let each = 0; each < count; each++) {
    const begin = () => {
      begun++;
      block(takesMs);
      line.ended();
    };
    line.enter(DEFAULT, begin, never, performance.now());
  }
  for (let all = 0; all < count; all += begun, begun = 0, await nextTurn()) turns.push(begun);
  return turns;
}

it('begins at once while there is room, and whatever comes alone', async () => {
  const line = open();
  expect(await enterAll(line, 64, 0)).toEqual([64]);
  expect(line.length).toBe(0);
  expect(line.waitedMs(performance.now())).toBe(0);
});

it('lets the rest begin in the next turns, in their order, more in each while turns are short', async () => {
  const line = open();
  const order: number[] = [];
  const begin = (each: number) => {
    order.push(each);
    block(each < 100 ? 1 : 0.01);
    line.ended();
  };
  for (let each = 0; each < 3_000; each++) line.enter(DEFAULT, () => begin(each), never, performance.now());
  expect(order).toHaveLength(64);
  expect(line.length).toBe(2_936);
  const turns: number[] = [];
  for (let before = order.length; line.length > 0; before = order.length) {
    await nextTurn();
    turns.push(order.length - before);
  }
  expect(order).toEqual(Array.from({ length: 3_000 }, (_, each) => each));
  expect(turns.at(-2)).toBeGreaterThan(5 * Math.min(...turns));
});

it('paces nobody where all that is open and waits is little work', async () => {
  let idleMs = 0;
  const line = open(() => idleMs);
  await enterAll(line, 200, 0.25);
  idleMs += 0.5;
  let begun = 0;
  for (let each = 0; each < 100; each++) line.enter(DEFAULT, () => begun++, never, performance.now());
  // Five milliseconds, where half of it may be open in a crowd.
  expect(begun).toBe(20);
});

it('keeps turns short where each takes long to begin', async () => {
  const line = open();
  const turns = await enterAll(line, 150, 1);
  expect(turns.slice(-5).every((begun) => begun <= 16)).toBe(true);
  expect(turns.every((begun) => begun >= 1)).toBe(true);
});

it('says how long the first has waited', async () => {
  const line = open();
  let nowMs = 0;
  const begin = () => {
    block(1);
    line.ended();
  };
  for (let each = 0; each < 65; each++) {
    nowMs = performance.now();
    line.enter(DEFAULT, begin, never, nowMs);
  }
  expect(line.waitedMs(nowMs + 50)).toBe(50);
  await nextTurn();
  await nextTurn();
  expect(line.waitedMs(nowMs + 50)).toBe(0);
});

it('lets wait what would only be open, and begins again when work is done', async () => {
  const line = open(() => 0);
  let begun = 0;
  for (let each = 0; each < 200; each++) line.enter(DEFAULT, () => begun++, never, performance.now());
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

it('holds nobody up while all that is open waits for subgraphs, and sleeps in between', async () => {
  let idleMs = 0;
  let looks = 0;
  const line = open(() => {
    looks++;
    return idleMs;
  });
  let begun = 0;
  for (let each = 0; each < 1_000; each++) line.enter(DEFAULT, () => begun++, never, performance.now());
  looks = 0;
  let turns = 0;
  for (; turns < 1_000 && begun < 1_000; turns++) {
    await delay(2);
    block(2);
    idleMs += 1.5;
  }
  expect(begun).toBe(1_000);
  expect(looks).toBeLessThan(4 * turns);
});

it('loses no time: as much begins as the event loop could have done while it slept', async () => {
  let idleMs = 0;
  const line = open(() => idleMs);
  await enterAll(line, 200, 0.25);
  let begun = 0;
  for (let each = 0; each < 400; each++) line.enter(DEFAULT, () => begun++, never, performance.now());
  const before = begun;
  const turns = 10;
  for (let turn = 0; turn < turns; turn++) {
    await delay(2);
    block(2);
    idleMs += 2;
  }
  // A quarter of a millisecond each.
  expect(begun - before).toBeGreaterThanOrEqual(turns * 6);
  expect(begun - before).toBeLessThan(turns * 8 + 64);
});

it('begins more in each turn, the longer the event loop sleeps for some of it while others wait', async () => {
  let idleMs = 0;
  const line = open(() => idleMs);
  await enterAll(line, 200, 0.25);
  const begunAt: number[] = [];
  for (let each = 0; each < 3_000; each++) {
    line.enter(DEFAULT, () => begunAt.push(performance.now()), never, performance.now());
  }
  /** How many begin in so many turns, of each of which the event loop sleeps for a third. Each ends 30 ms after it has begun. */
  const begunIn = async (turns: number) => {
    let begun = 0;
    for (let turn = 0; turn < turns; turn++) {
      const before = begunAt.length;
      await delay(2);
      begun += begunAt.length - before;
      block(2);
      idleMs += 0.7;
      while ((begunAt[0] ?? Infinity) <= performance.now() - 30) {
        begunAt.shift();
        line.ended();
      }
    }
    return begun;
  };
  await begunIn(30);
  const atFirst = await begunIn(20);
  await begunIn(40);
  expect(await begunIn(20)).toBeGreaterThan(3 * atFirst);
});

it('begins others in the turn in which some end', async () => {
  const line = open(() => 0);
  let begun = 0;
  for (let each = 0; each < 100; each++) line.enter(DEFAULT, () => begun++, never, performance.now());
  block(5);
  await nextTurn();
  const before = begun;
  expect(before).toBeLessThan(100);
  block(5);
  for (let each = 0; each < before; each++) line.ended();
  await nextTurn();
  expect(begun).toBeGreaterThan(before);
});

it('begins what comes after a rest, however much is open', () => {
  let idleMs = 0;
  const line = open(() => idleMs);
  let begun = 0;
  for (let each = 0; each < 64; each++) line.enter(DEFAULT, () => begun++, never, performance.now());
  idleMs += 0.5;
  line.enter(DEFAULT, () => begun++, never, performance.now());
  expect(begun).toBe(64);
  const rested = open(() => idleMs);
  begun = 0;
  for (let each = 0; each < 64; each++) rested.enter(DEFAULT, () => begun++, never, performance.now());
  idleMs += 2;
  rested.enter(DEFAULT, () => begun++, never, performance.now());
  expect(begun).toBe(65);
});

it('begins what matters most first', async () => {
  const line = open(() => 0);
  await enterAll(line, 64, 1);
  const begun: Rank[] = [];
  const ranks = [BACKGROUND, DEFAULT, CRITICAL, BACKGROUND, DEFAULT, CRITICAL] as const;
  // The turn is full.
  const end = () => line.ended();
  for (let each = 0; each < 64; each++) line.enter(DEFAULT, end, never, performance.now());
  for (const rank of ranks) {
    const begin = () => {
      begun.push(rank);
      end();
    };
    line.enter(rank, begin, never, performance.now());
  }
  while (line.length > 0) await nextTurn();
  expect(begun).toEqual([CRITICAL, CRITICAL, DEFAULT, DEFAULT, BACKGROUND, BACKGROUND]);
});

describe('where one may wait for 30 ms', () => {
  interface Told {
    readonly sinceMs: number;
    readonly waitedMs: number;
    readonly isRefused: boolean;
  }

  /** So many requests of 1 ms in each of the turns; what became of each. */
  async function run(
    perTurn: (turn: number) => number,
    turns: number,
    rank: (each: number) => Rank = () => DEFAULT,
  ) {
    const line = open(() => 0, 30);
    const told: (Told & { readonly rank: Rank })[] = [];
    let count = 0;
    const enter = () => {
      const sinceMs = performance.now();
      const own = rank(count++);
      const end = (isRefused: boolean) => {
        if (!isRefused) {
          block(1);
          line.ended();
        }
        told.push({ sinceMs, waitedMs: performance.now() - sinceMs, isRefused, rank: own });
      };
      line.enter(
        own,
        () => end(false),
        () => end(true),
        sinceMs,
      );
    };
    for (let turn = 0; turn < turns; turn++, await nextTurn()) {
      for (let each = perTurn(turn); each > 0; each--) enter();
    }
    while (line.length > 0) await nextTurn();
    expect(told).toHaveLength(count);
    return told;
  }

  it('serves all of a backlog that comes at once, in its order', async () => {
    const told = await run((turn) => (turn === 0 ? 200 : 1), 100);
    expect(told.filter(({ isRefused }) => isRefused)).toEqual([]);
    expect(Math.max(...told.map(({ waitedMs }) => waitedMs))).toBeGreaterThan(100);
  });

  it('serves the newest and refuses the others when their time is over, where more comes than can begin', async () => {
    const told = await run(() => 20, 150);
    const late = told.slice(told.length / 3);
    const served = late.filter(({ isRefused }) => !isRefused);
    const refused = late.filter(({ isRefused }) => isRefused);
    expect(refused.length).toBeGreaterThan(served.length);
    // Of twenty that come in a turn one or two can begin.
    expect(served.length).toBeGreaterThan(late.length / 25);
    const median = served.map(({ waitedMs }) => waitedMs).toSorted((a, b) => a - b)[served.length >> 1];
    expect(median).toBeLessThan(30);
    for (const { waitedMs } of refused) expect(waitedMs).toBeGreaterThanOrEqual(1.2);
  });

  it('refuses none of what matters most while all of that can begin', async () => {
    const told = await run(
      () => 20,
      150,
      (each) => (each % 20 === 0 ? CRITICAL : BACKGROUND),
    );
    const refused = told.filter(({ isRefused }) => isRefused);
    expect(refused.length).toBeGreaterThan(100);
    expect(refused.filter(({ rank }) => rank === CRITICAL)).toEqual([]);
  });

  /** A line before which a crowd stands, where the event loop sleeps only when told. */
  async function crowd() {
    let idleMs = 0;
    const line = open(() => idleMs, 30);
    const order: number[] = [];
    let refused = 0;
    const enter = (each: number) =>
      line.enter(
        DEFAULT,
        () => {
          block(1);
          line.ended();
          order.push(each);
        },
        () => refused++,
        performance.now(),
      );
    for (let turn = 0; turn < 150; turn++, await nextTurn()) for (let each = 0; each < 20; each++) enter(-1);
    expect([line.isCrowded, refused > 0]).toEqual([true, true]);
    while (line.length > 0) await nextTurn();
    const rest = (ms: number) => {
      block(ms);
      idleMs += ms;
    };
    /** What comes all at once, in the order in which it begins. */
    const comeTogether = async (count: number) => {
      order.length = 0;
      for (let each = 0; each < count; each++) enter(each);
      while (line.length > 0) await nextTurn();
      return order;
    };
    return { line, rest, comeTogether, refused: () => refused };
  }

  it('waits for nobody in the order of a crowd once that is over', async () => {
    const { line, rest, comeTogether, refused } = await crowd();
    rest(200);
    const before = refused();
    expect(await comeTogether(30)).toEqual(Array.from({ length: 30 }, (_, each) => each));
    expect([line.isCrowded, refused()]).toEqual([false, before]);
  });

  it('counts no crowd any longer where all that comes can begin, though the event loop never sleeps', async () => {
    const { line, comeTogether, refused } = await crowd();
    // What is refused of the last tenth of a second is the crowd's.
    for (let each = 0; each < 120; each++) await comeTogether(1);
    const before = refused();
    for (let each = 0; each < 120; each++) {
      block(1);
      await comeTogether(2);
    }
    expect([line.isCrowded, refused()]).toEqual([false, before]);
  });

  it('takes no moment in which nobody waits for the end of a crowd', async () => {
    const { line, rest, comeTogether } = await crowd();
    rest(10);
    const begun = await comeTogether(30);
    expect(line.isCrowded).toBe(true);
    expect(begun.length).toBeLessThan(30);
    expect(begun.at(-1)).toBeLessThan(29);
  });
});
