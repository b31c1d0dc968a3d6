import { createDeadline, runWithin } from '@tributary/deadline';
import { describe, expect, it } from 'vitest';
import { createPasswordHasher, DEFAULT_COST, type Derive } from './password-hasher.ts';
import { parsePhc, type ScryptCost } from './phc.ts';

const CHEAP: ScryptCost = { ln: 4, r: 8, p: 1 };

describe('createPasswordHasher', () => {
  it('verifies the password that it hashed and no other', async () => {
    const hasher = createPasswordHasher();
    const stored = await hasher.hash('correct horse');
    expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await hasher.verify('correct horse', stored)).toBe(true);
    expect(await hasher.verify('correct house', stored)).toBe(false);
  });

  it('salts: one password has another hash each time', async () => {
    const hasher = createPasswordHasher({ cost: CHEAP });
    expect(await hasher.hash('correct horse')).not.toBe(await hasher.hash('correct horse'));
  });

  it('does the same work when there is no stored hash, and says no', async () => {
    const [derive, calls] = recordingDerive();
    const hasher = createPasswordHasher({ derive });
    const stored = await hasher.hash('correct horse');
    calls.length = 0;

    expect(await hasher.verify('wrong horse', stored)).toBe(false);
    expect(await hasher.verify('wrong horse', undefined)).toBe(false);
    expect(calls).toEqual([
      { cost: DEFAULT_COST, saltBytes: 16, bytes: 32 },
      { cost: DEFAULT_COST, saltBytes: 16, bytes: 32 },
    ]);
  });

  it('verifies a hash of another cost and asks for a new one', async () => {
    const stored = await createPasswordHasher({ cost: CHEAP }).hash('correct horse');
    const hasher = createPasswordHasher({ cost: { ...CHEAP, ln: 5 } });
    expect(await hasher.verify('correct horse', stored)).toBe(true);
    expect(hasher.needsRehash(stored)).toBe(true);
    expect(hasher.needsRehash(await hasher.hash('correct horse'))).toBe(false);
  });

  it('keeps a storm of sign-ins to two at a time and turns away what cannot be served in time', async () => {
    let running = 0;
    let most = 0;
    const derive: Derive = async (_password, _salt, _cost, bytes) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return Buffer.alloc(bytes);
    };
    const hasher = createPasswordHasher({ derive });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 500 }, () => hasher.hash('correct horse')),
    );

    expect(most).toBe(2);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(52);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'SERVICE_UNAVAILABLE' } });
  });

  it('hashes nothing for a request that ended while it waited, and gives its place to the next', async () => {
    const [derive, calls] = recordingDerive();
    const hasher = createPasswordHasher({ derive });
    using deadline = createDeadline();
    const hash = () => hasher.hash('correct horse');
    const outcomes = Promise.allSettled([hash(), hash(), runWithin(deadline, hash), hash()]);
    deadline.disconnect();
    expect((await outcomes).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(calls).toHaveLength(3);
  });

  it('gives the place of a failed hash to the next', async () => {
    let calls = 0;
    const hasher = createPasswordHasher({
      derive: async (_password, _salt, _cost, bytes) => {
        calls += 1;
        if (calls <= 2) throw new Error('out of memory');
        return Buffer.alloc(bytes);
      },
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => hasher.hash('correct horse')));
    expect(outcomes.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });
});

it('says what is wrong with a stored text that is no hash', () => {
  expect(() => parsePhc('$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA')).toThrow('not an scrypt PHC string');
});

function recordingDerive(): [Derive, { cost: ScryptCost; saltBytes: number; bytes: number }[]] {
  const calls: { cost: ScryptCost; saltBytes: number; bytes: number }[] = [];
  return [
    async (password, salt, cost, bytes) => {
      calls.push({ cost, saltBytes: salt.length, bytes });
      return Buffer.alloc(bytes, password);
    },
    calls,
  ];
}
