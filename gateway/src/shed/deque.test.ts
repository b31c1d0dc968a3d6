import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deque } from './deque.ts';

describe('Deque', () => {
  it('gives at either end what a list would, however long it gets', () => {
    const step = fc.constantFrom('add', 'add', 'takeOldest', 'takeNewest');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1_000 }), (steps) => {
        const deque = new Deque<number>();
        const list: number[] = [];
        for (const [number, each] of steps.entries()) {
          if (each === 'add') {
            deque.add(number);
            list.push(number);
          } else if (each === 'takeOldest') expect(deque.takeOldest()).toBe(list.shift());
          else expect(deque.takeNewest()).toBe(list.pop());
          expect([deque.length, deque.oldest]).toEqual([list.length, list[0]]);
        }
      }),
    );
  });

  it('keeps its order where it grows with its first in the middle', () => {
    const deque = new Deque<number>();
    for (let n = 0; n < 40; n++) deque.add(n);
    for (let n = 0; n < 30; n++) deque.takeOldest();
    for (let n = 40; n < 300; n++) deque.add(n);
    expect(Array.from({ length: 270 }, () => deque.takeOldest())).toEqual(
      Array.from({ length: 270 }, (_, n) => n + 30),
    );
    expect(deque.takeOldest()).toBeUndefined();
  });
});
