import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { generateIdentityKeys } from './keys.ts';
import { createIdentitySigner } from './signer.ts';

const mia = { subject: 'mia', roles: ['support'] };

async function makeSigner() {
  const { privateJwk } = await generateIdentityKeys('gateway-1');
  return createIdentitySigner({ privateJwk, issuer: 'gateway', lifetimeS: 60 });
}

describe('createIdentitySigner', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => vi.useRealTimers());

  it('says who calls, who vouches for it, for whom, and for how long', async () => {
    const token = await (await makeSigner()).sign(mia, 'orders');
    const nowS = Math.floor(Date.now() / 1000);
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'EdDSA',
      typ: 'tributary-identity+jwt',
      kid: 'gateway-1',
    });
    expect(decodeJwt(token)).toEqual({
      iss: 'gateway',
      aud: 'orders',
      sub: 'mia',
      roles: ['support'],
      iat: nowS,
      exp: nowS + 60,
    });
  });

  it('names no subject for a signed-out caller', async () => {
    const token = await (await makeSigner()).sign({ subject: null, roles: [] }, 'orders');
    expect(decodeJwt(token)).not.toHaveProperty('sub');
  });

  it('signs once for fetches that start together', async () => {
    const signer = await makeSigner();
    const first = signer.sign(mia, 'orders');
    expect(signer.sign(mia, 'orders')).toBe(first);
  });

  it('reuses an assertion for half its lifetime only', async () => {
    const signer = await makeSigner();
    const first = await signer.sign(mia, 'orders');
    vi.advanceTimersByTime(29_000);
    expect(await signer.sign(mia, 'orders')).toBe(first);
    vi.advanceTimersByTime(2_000);
    expect(await signer.sign(mia, 'orders')).not.toBe(first);
  });

  it.each([
    ['another subject', { subject: 'sam', roles: ['support'] }, 'orders'],
    ['other roles', { subject: 'mia', roles: [] }, 'orders'],
    ['another audience', mia, 'users'],
  ])('never reuses an assertion for %s', async (_case, identity, audience) => {
    const signer = await makeSigner();
    expect(await signer.sign(identity, audience)).not.toBe(await signer.sign(mia, 'orders'));
  });

  it('refuses a key of another kind at once, without printing it', async () => {
    const { publicJwks } = await generateIdentityKeys('gateway-1');
    const publicJwk = publicJwks.keys[0] ?? {};
    expect(() => createIdentitySigner({ privateJwk: publicJwk, issuer: 'gateway' })).toThrow(
      /private Ed25519 JWK/,
    );
    const secret = { kty: 'oct', k: 'c2VjcmV0' };
    expect(() => createIdentitySigner({ privateJwk: secret, issuer: 'gateway' })).toThrow(
      /JWK, got kty oct, crv undefined$/,
    );
  });
});
