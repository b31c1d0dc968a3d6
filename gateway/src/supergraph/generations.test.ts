import { expect, it } from 'vitest';
import type { Generation } from './generation.ts';
import { Generations } from './generations.ts';

it('hands out the newest generation and ends the old one with its last lease', async () => {
  const [first, second] = [generation('1'), generation('2')];
  const generations = new Generations(first.generation);
  const [early, late] = [generations.acquire(), generations.acquire()];

  generations.swap(second.generation);
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
  generations.swap(generation('2').generation);
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
