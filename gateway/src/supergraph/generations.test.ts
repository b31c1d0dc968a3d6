import { describe, expect, it } from 'vitest';
import type { Generation } from './generation.ts';
import { Generations } from './generations.ts';

it('hands out the newest generation and ends the old one with its last lease', async () => {
  const [first, second] = [generation('1'), generation('2')];
  const generations = new Generations(first.generation);
  const [early, late] = [generations.acquire(), generations.acquire()];

  generations.serve(second.generation);
  expect(generations.acquire().generation.digest).toBe('2');
  early[Symbol.dispose]();
  expect(first.ended()).toBe(false);
  late[Symbol.dispose]();
  late[Symbol.dispose]();
  expect(first.ended()).toBe(true);
  expect(second.ended()).toBe(false);
});

it('ends an unused generation at once when it is replaced', () => {
  const first = generation('1');
  const generations = new Generations(first.generation);
  generations.serve(generation('2').generation);
  expect(first.ended()).toBe(true);
  expect(generations.size).toBe(1);
});

it('waits for every lease when it is disposed', async () => {
  const only = generation('1');
  const generations = new Generations(only.generation);
  const lease = generations.acquire();
  const disposed = generations[Symbol.asyncDispose]();
  expect(only.ended()).toBe(false);
  lease[Symbol.dispose]();
  await disposed;
  expect(only.ended()).toBe(true);
});

describe('with a canary', () => {
  const split = { release: 2, share: 10, armOf: () => 'canary' as const };

  it('keeps both, and ends the canary with its last lease when it is rolled back', () => {
    const [live, next] = [generation('live'), generation('next')];
    const generations = new Generations(live.generation);
    const canary = { generation: next.generation, split };
    generations.serve(live.generation, canary);
    expect(generations.digests).toEqual(['live', 'next']);
    const lease = generations.acquireCanary(canary);
    expect(lease?.generation.digest).toBe('next');

    generations.serve(live.generation);
    expect(generations.canary).toBeUndefined();
    expect(generations.acquireCanary(canary)).toBeUndefined();
    expect([next.ended(), live.ended()]).toEqual([false, false]);
    lease?.[Symbol.dispose]();
    expect([next.ended(), live.ended()]).toEqual([true, false]);
    expect(generations.digests).toEqual(['live']);
  });

  it('makes the canary the live one without a new generation', () => {
    const [live, next] = [generation('live'), generation('next')];
    const generations = new Generations(live.generation);
    generations.serve(live.generation, { generation: next.generation, split });
    generations.serve(next.generation);
    expect(generations.acquire().generation.digest).toBe('next');
    expect([live.ended(), next.ended()]).toEqual([true, false]);
  });

  it('tells of each change, and of the end of what is not served any more', () => {
    const [live, next] = [generation('live'), generation('next')];
    const generations = new Generations(live.generation);
    const seen: string[] = [];
    generations.onChange = () => seen.push(generations.digests.join(' '));
    const lease = generations.acquire();
    generations.serve(next.generation);
    lease[Symbol.dispose]();
    expect(seen).toEqual(['live next', 'next']);
  });

  it('ends both when it is disposed', async () => {
    const [live, next] = [generation('live'), generation('next')];
    const generations = new Generations(live.generation);
    generations.serve(live.generation, { generation: next.generation, split });
    await generations[Symbol.asyncDispose]();
    expect([live.ended(), next.ended()]).toEqual([true, true]);
  });
});

function generation(digest: string) {
  let isEnded = false;
  const engine = {
    [Symbol.asyncDispose]: async () => {
      isEnded = true;
    },
  };
  // The life-cycle is all that is looked at here.
  return { generation: { digest, engine } as unknown as Generation, ended: () => isEnded };
}
