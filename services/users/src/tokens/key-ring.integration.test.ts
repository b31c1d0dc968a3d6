import type { TestDatabase } from '@tributary/database/testing';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { toKeyPolicy } from '../domain/key-schedule.ts';
import type { UsersSchema } from '../store/schema.ts';
import { readKeys } from '../store/signing-keys.ts';
import { createFakeClock, type FakeClock, openUsersDatabase, TEST_SECRET } from '../testing.ts';
import { type KeyRing, openKeyRing } from './key-ring.ts';
import { createSeal } from './seal.ts';
import { createTokenIssuer } from './token-issuer.ts';

const ROTATION_S = 30 * 86_400;
const TTL_S = 900;
const policy = toKeyPolicy(ROTATION_S, TTL_S);
const user = { id: '0190f5d4-7c1a-7000-8000-00000000abcd', roles: ['support'] };

let database: TestDatabase<UsersSchema>;
beforeAll(async () => {
  database = await openUsersDatabase();
});
beforeEach(() => database.db.deleteFrom('signing_key').execute());
afterAll(() => database[Symbol.asyncDispose]());

it('signs tokens that verify against the published keys', async () => {
  const clock = createFakeClock();
  const ring = await openRing(database.db, clock);
  const { payload, protectedHeader } = await verify(await issue(ring, clock), ring, clock);

  expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: ring.current().kid, typ: 'JWT' });
  const iat = clock.now().getTime() / 1_000;
  expect(payload).toEqual({
    iss: 'http://users.test',
    aud: 'tributary',
    sub: user.id,
    roles: ['support'],
    iat,
    exp: iat + TTL_S,
  });
});

it('publishes public halves only', async () => {
  const ring = await openRing(database.db, createFakeClock());
  expect(ring.published()).toEqual([
    { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: ring.current().kid, alg: 'EdDSA', use: 'sig' },
  ]);
});

it('signs nobody out over three rotations: every token verifies until it expires', async () => {
  const clock = createFakeClock();
  const ring = await openRing(database.db, clock);
  const tokens: { token: string; expiresMs: number }[] = [];
  const kids = new Set<string>();

  // From an hour before to an hour after each change, in the steps by which a verifier's copy of the JWKS may be old.
  for (const jumpS of [ROTATION_S - 3_600, ROTATION_S - 7_200, ROTATION_S - 7_200]) {
    clock.advance(jumpS);
    for (let elapsedS = 0; elapsedS < 7_200; elapsedS += policy.leadS / 2) {
      clock.advance(policy.leadS / 2);
      const copy = ring.published();
      await ring.rotate();
      kids.add(ring.current().kid);
      tokens.push({ token: await issue(ring, clock), expiresMs: clock.now().getTime() + TTL_S * 1_000 });
      for (const { token } of tokens.filter((item) => item.expiresMs > clock.now().getTime())) {
        await expect(verify(token, { published: () => copy }, clock)).resolves.toBeDefined();
      }
    }
  }
  expect(kids.size).toBe(4);
  expect(await readKeys(database.db)).toHaveLength(1);
});

it('publishes a key before any replica signs with it', async () => {
  const clock = createFakeClock();
  const ring = await openRing(database.db, clock);
  const first = ring.current().kid;

  clock.advance(ROTATION_S - policy.leadS);
  await ring.rotate();
  expect(ring.published()).toHaveLength(2);
  expect(ring.current().kid).toBe(first);

  clock.advance(policy.leadS);
  expect(ring.current().kid).toBe(ring.published()[1]?.kid);
});

it('makes one first key and one next key, however many replicas rotate at once', async () => {
  const clock = createFakeClock();
  const rings = await Promise.all(Array.from({ length: 8 }, () => openRing(database.db, clock)));
  expect(new Set(rings.map((ring) => ring.current().kid)).size).toBe(1);
  expect(await readKeys(database.db)).toHaveLength(1);

  clock.advance(ROTATION_S - policy.leadS);
  await Promise.all(rings.map((ring) => ring.rotate()));
  expect(await readKeys(database.db)).toHaveLength(2);
  clock.advance(policy.leadS);
  expect(new Set(rings.map((ring) => ring.current().kid)).size).toBe(1);
});

it('keeps its keys over a restart, so tokens of before it still verify', async () => {
  const clock = createFakeClock();
  const token = await issue(await openRing(database.db, clock), clock);
  await expect(verify(token, await openRing(database.db, clock), clock)).resolves.toBeDefined();
});

it('stores no private key in the clear', async () => {
  const ring = await openRing(database.db, createFakeClock());
  const { d } = await crypto.subtle
    .exportKey('jwk', ring.current().privateKey)
    .catch(() => ({ d: undefined }));
  const [stored] = await readKeys(database.db);
  const dump = JSON.stringify(stored) + stored?.sealedPrivateKey.toString('latin1');
  expect(dump).not.toContain('"d"');
  // The ring's own key cannot even be exported.
  expect(d).toBeUndefined();
});

it('refuses to start under another secret, says so, and leaves the keys as they are', async () => {
  const clock = createFakeClock();
  const ring = await openRing(database.db, clock);
  // Even when a new key is due, which it must not make: the others could not open it.
  clock.advance(ROTATION_S);

  const other = openKeyRing({
    db: database.db,
    seal: createSeal(`not ${TEST_SECRET}`),
    policy,
    now: clock.now,
  });
  await expect(other).rejects.toThrow(
    `SIGNING_KEY_SECRET does not open signing key ${ring.current().kid}: this database's keys were sealed under another secret`,
  );
  expect(await readKeys(database.db)).toHaveLength(1);
});

it('goes on with its keys when a rotation fails', async () => {
  const lost = await openUsersDatabase();
  const clock = createFakeClock();
  const ring = await openRing(lost.db, clock);
  await lost[Symbol.asyncDispose]();

  clock.advance(ROTATION_S);
  await expect(ring.rotate()).rejects.toThrow();
  await expect(verify(await issue(ring, clock), ring, clock)).resolves.toBeDefined();
});

function openRing(db: Kysely<UsersSchema>, clock: FakeClock): Promise<KeyRing> {
  return openKeyRing({ db, seal: createSeal(TEST_SECRET), policy, now: clock.now });
}

function issue(keys: KeyRing, clock: FakeClock): Promise<string> {
  const options = { issuer: 'http://users.test', audience: 'tributary', lifetimeS: TTL_S };
  return createTokenIssuer({ keys, ...options, now: clock.now }).issue(user);
}

function verify(token: string, keys: Pick<KeyRing, 'published'>, clock: FakeClock) {
  return jwtVerify(token, createLocalJWKSet({ keys: [...keys.published()] }), {
    algorithms: ['EdDSA'],
    issuer: 'http://users.test',
    audience: 'tributary',
    currentDate: clock.now(),
  });
}
