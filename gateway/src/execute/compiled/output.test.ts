import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Output } from './output.ts';

const bytes = fc.uint8Array({ maxLength: 90 });
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('copy' as const), bytes, before: bytes }),
    fc.record({ kind: fc.constant('put' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
    fc.record({ kind: fc.constant('literal' as const), bytes }),
    fc.record({ kind: fc.constant('again' as const), from: fc.nat(), length: fc.nat(3_000) }),
  ),
  { maxLength: 60 },
);

it('holds what was written to it, in this order', () => {
  fc.assert(
    fc.property(steps, fc.nat(200_000), (all, padding) => {
      const output = new Output();
      let expected = Buffer.alloc(padding, 'p').toString('latin1');
      output.literal(expected);
      for (const step of all) {
        if (step.kind === 'again') {
          const from = expected.length === 0 ? 0 : step.from % expected.length;
          const to = Math.min(expected.length, from + step.length);
          output.again(from, to);
          expected += expected.slice(from, to);
          continue;
        }
        const own = Buffer.from(step.bytes);
        if (step.kind === 'copy') {
          const b = Buffer.concat([step.before, own]);
          const start = step.before.length;
          output.copy(b, new DataView(b.buffer, b.byteOffset, b.byteLength), start, b.length);
        } else if (step.kind === 'literal') output.literal(own.toString('latin1'));
        else output.put(Buffer.concat([own, Buffer.alloc(4)]).readInt32LE(), own.length);
        expected += own.toString('latin1');
      }
      expect(output.text(0, output.at)).toBe(expected);
    }),
  );
});

it('says no to a text that is longer than it may be, before it takes the memory', () => {
  const output = new Output(200_000);
  output.literal('x'.repeat(60_000));
  output.again(0, 60_000);
  output.again(0, 60_000);
  expect(() => output.again(0, 60_000)).toThrow(RangeError);
  output.clear();
  output.literal('short');
  expect(output.take()).toBe('short');
});

it('gives a long text as bytes of its own', () => {
  const output = new Output();
  output.literal('x'.repeat(100_000));
  const taken = output.take();
  output.clear();
  output.literal('y'.repeat(100_000));
  expect(taken).toEqual(Buffer.alloc(100_000, 'x'));
});

it('tells whether bytes are the same, of any length', () => {
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const output = new Output();
      output.literal(Buffer.concat([one, other, one]).toString('latin1'));
      const behind = one.length + other.length;
      expect(output.isSame(0, behind, one.length)).toBe(true);
      const length = Math.min(one.length, other.length);
      const areEqual = Buffer.compare(one.subarray(0, length), other.subarray(0, length)) === 0;
      expect(output.isSame(0, one.length, length)).toBe(areEqual);
    }),
  );
});

it('begins anew after a text of megabytes', () => {
  const output = new Output();
  const long = 'x'.repeat(5_000_000);
  output.literal(long);
  output.again(0, long.length);
  expect(output.text(0, output.at)).toBe(long + long);
  output.clear();
  output.literal('short');
  expect(output.text(0, output.at)).toBe('short');
});
