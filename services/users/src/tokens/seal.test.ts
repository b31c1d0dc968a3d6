import { expect, it } from 'vitest';
import { createSeal } from './seal.ts';

const seal = createSeal('a secret of more than thirty-two characters');

it('opens what it sealed, under the same secret and label', () => {
  expect(seal.open(seal.seal('private', 'kid-1'), 'kid-1')).toBe('private');
});

it('gives nothing away of the text, and another sealed text each time', () => {
  const sealed = seal.seal('private', 'kid-1');
  expect(sealed.toString('latin1')).not.toContain('private');
  expect(sealed.equals(seal.seal('private', 'kid-1'))).toBe(false);
});

it('does not open under another secret or label', () => {
  const sealed = seal.seal('private', 'kid-1');
  expect(() => createSeal('another secret of more than thirty-two').open(sealed, 'kid-1')).toThrow();
  expect(() => seal.open(sealed, 'kid-2')).toThrow();
});

it('does not open when any byte was changed or cut off', () => {
  const sealed = seal.seal('private', 'kid-1');
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(() => seal.open(changed, 'kid-1')).toThrow();
    expect(() => seal.open(sealed.subarray(0, index), 'kid-1')).toThrow();
  }
});
