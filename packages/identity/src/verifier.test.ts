import { createPublicKey } from 'node:crypto';
import { TributaryError } from '@tributary/errors';
import { importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { generateIdentityKeys, type IdentityKeys } from './keys.ts';
import { createIdentitySigner } from './signer.ts';
import { testIdentity } from './testing.ts';
import { createIdentityVerifier, type IdentityVerifier } from './verifier.ts';

const mia = { subject: 'mia', roles: ['support'] };

async function expectRefused(verifier: IdentityVerifier, token: string | undefined): Promise<void> {
  const error = await verifier.verify(token).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TributaryError);
  expect(error).toMatchObject({ code: 'NOT_FROM_GATEWAY', message: 'Send this request through the gateway' });
}

/** An assertion that is right in every respect but the given ones. */
async function forge(
  keys: IdentityKeys,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: 'gateway',
    aud: 'test',
    sub: 'mia',
    roles: [],
    iat: nowS,
    exp: nowS + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'tributary-identity+jwt', kid: 'test', ...header })
    .sign(await importJWK(keys.privateJwk, 'EdDSA'));
}

describe('createIdentityVerifier', () => {
  afterEach(() => vi.useRealTimers());

  it('returns the identity that was signed', async () => {
    const { signer, verifier } = await testIdentity();
    expect(await verifier.verify(await signer.sign(mia, 'test'))).toEqual({ ...mia, issuer: 'gateway' });
  });

  it('returns no subject for a signed-out caller', async () => {
    const { signer, verifier } = await testIdentity();
    const token = await signer.sign({ subject: null, roles: [] }, 'test');
    expect(await verifier.verify(token)).toEqual({ subject: null, roles: [], issuer: 'gateway' });
  });

  it.each([undefined, '', 'x', 'a.b.c', 'e30.e30.', '\u0000'])('refuses %j', async (token) => {
    const { verifier } = await testIdentity();
    await expectRefused(verifier, token);
  });

  it('accepts the forged-claims baseline, so that the refusals below have one cause each', async () => {
    const { keys, verifier } = await testIdentity();
    expect(await verifier.verify(await forge(keys))).toMatchObject({ subject: 'mia' });
  });

  it.each([
    ['another issuer', { iss: 'orders' }],
    ['another audience', { aud: 'orders' }],
    ['no audience', { aud: undefined }],
    ['an expiry in the past', { exp: 1_000_000_000 }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is no number', { exp: 'tomorrow' }],
    ['no time of issue', { iat: undefined }],
    ['roles that are a text', { roles: 'support' }],
    ['roles that are no texts', { roles: [1] }],
    ['no roles', { roles: undefined }],
    ['an empty subject', { sub: '' }],
    ['a subject that is no text', { sub: 7 }],
  ])('refuses an assertion with %s', async (_case, claims) => {
    const { keys, verifier } = await testIdentity();
    await expectRefused(verifier, await forge(keys, claims));
  });

  it.each([
    ['another type', { typ: 'JWT' }],
    ['no type', { typ: undefined }],
    ['an unknown key id', { kid: 'other' }],
  ])('refuses an assertion whose header has %s', async (_case, header) => {
    const { keys, verifier } = await testIdentity();
    await expectRefused(verifier, await forge(keys, {}, header));
  });

  it('refuses the signature of a stranger who claims the same key id', async () => {
    const { verifier } = await testIdentity();
    const stranger = await testIdentity();
    await expectRefused(verifier, await stranger.signer.sign(mia, 'test'));
  });

  it('refuses claims that were changed after signing', async () => {
    const { signer, verifier } = await testIdentity();
    const [header, , signature] = (await signer.sign(mia, 'test')).split('.');
    const claims = Buffer.from(
      JSON.stringify({ iss: 'gateway', aud: 'test', sub: 'sam', roles: [], exp: 9e9, iat: 1 }),
    );
    await expectRefused(verifier, `${header}.${claims.toString('base64url')}.${signature}`);
  });

  it('refuses alg none', async () => {
    const { verifier } = await testIdentity();
    const unsigned = new UnsecuredJWT({ roles: [] })
      .setIssuer('gateway')
      .setAudience('test')
      .setIssuedAt()
      .setExpirationTime('1m')
      .encode();
    await expectRefused(verifier, unsigned);
  });

  it.each(['raw', 'pem'] as const)('refuses HS256 with the public key (%s) as the secret', async (form) => {
    const { keys, verifier } = await testIdentity();
    const jwk = keys.publicJwks.keys[0] ?? {};
    const pem = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const secret = form === 'pem' ? Buffer.from(pem) : Buffer.from(jwk.x ?? '', 'base64url');
    const token = await new SignJWT({ roles: [] })
      .setProtectedHeader({ alg: 'HS256', typ: 'tributary-identity+jwt', kid: 'test' })
      .setIssuer('gateway')
      .setAudience('test')
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(secret);
    await expectRefused(verifier, token);
  });

  it('refuses an accepted assertion again once it has expired', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { signer, verifier } = await testIdentity({ lifetimeS: 60 });
    const token = await signer.sign(mia, 'test');
    await verifier.verify(token);
    vi.advanceTimersByTime(66_000);
    await expectRefused(verifier, token);
  });

  it('accepts the old and the new key while keys are rotated', async () => {
    const [before, after] = await Promise.all([generateIdentityKeys('k1'), generateIdentityKeys('k2')]);
    const jwks = { keys: [...before.publicJwks.keys, ...after.publicJwks.keys] };
    const verifier = createIdentityVerifier({ jwks, issuers: ['gateway'], audience: 'test' });
    for (const { privateJwk } of [before, after]) {
      const signer = createIdentitySigner({ privateJwk, issuer: 'gateway' });
      expect(await verifier.verify(await signer.sign(mia, 'test'))).toMatchObject({ subject: 'mia' });
    }
  });
});
