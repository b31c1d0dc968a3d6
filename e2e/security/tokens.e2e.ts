import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';

const ISSUER = 'https://identity.example';
const AUDIENCE = 'tributary-e2e';
const CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: '7f0c1a52-93f4-4a34-9a3c-0d5a6f1f8b11',
  roles: [],
};

const { sub: _, ...withoutSubject } = CLAIMS;

let federation: Federation;
let issuer: Awaited<ReturnType<typeof startIssuer>>;

beforeAll(async () => {
  issuer = await startIssuer();
  federation = await startFederation({
    env: { gateway: { JWKS_URL: issuer.jwksUrl, TOKEN_ISSUER: ISSUER, TOKEN_AUDIENCE: AUDIENCE } },
  });
});
afterAll(async () => {
  await federation?.[Symbol.asyncDispose]();
  issuer.server.close();
});

it('accepts a token of the issuer', async () => {
  const { status, body } = await ask(await issuer.sign(CLAIMS));
  expect({ status, body }).toEqual({ status: 200, body: { data: { __typename: 'Query' } } });
});

describe('refuses, before anything is executed,', () => {
  const cases: Readonly<Record<string, () => string | Promise<string>>> = {
    'a token signed with another key under the same kid': () => issuer.forge(CLAIMS),
    'an expired token': () => issuer.sign(CLAIMS, '-1m'),
    'a token without an expiry': () => issuer.sign(CLAIMS, null),
    'a token that is not valid yet': () =>
      issuer.sign({ ...CLAIMS, nbf: Math.floor(Date.now() / 1000) + 3600 }),
    'a token for another audience': () => issuer.sign({ ...CLAIMS, aud: 'another' }),
    'a token of another issuer': () => issuer.sign({ ...CLAIMS, iss: 'https://evil.example' }),
    'a token without a subject': () => issuer.sign(withoutSubject),
    'alg: none': () => new UnsecuredJWT(CLAIMS).setExpirationTime('5m').encode(),
    'HS256 with the public key as its secret': () => issuer.confuse(CLAIMS),
    'a token of an unknown kid': () => issuer.sign(CLAIMS, '5m', 'nobody'),
    'a token whose payload was changed': async () => tamper(await issuer.sign(CLAIMS)),
    garbage: () => 'abc.def.ghi',
    'an empty token': () => '',
    'a very long token': () => 'a'.repeat(6000),
  };
  it.each(Object.entries(cases))('%s', async (_, token) => {
    const { status, body, text } = await ask(await token());
    expect(status).toBe(401);
    expect(body.data ?? null).toBeNull();
    expect(body.errors?.map((error) => error.extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules/);
  });
});

function ask(token: string) {
  return federation.query('{ __typename }', { token });
}

function tamper(token: string): string {
  const [header, , signature] = token.split('.');
  const claims = { ...CLAIMS, sub: 'somebody-else', exp: Math.floor(Date.now() / 1000) + 300 };
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

/** An issuer of the test's own: a real one would never make these tokens. */
async function startIssuer() {
  const [trusted, foreign] = [
    await generateKeyPair('ES256', { extractable: true }),
    await generateKeyPair('ES256'),
  ];
  const key = { ...(await exportJWK(trusted.publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' };
  const server = createServer((_, response) => response.end(JSON.stringify({ keys: [key] })));
  await once(server.listen(0, '127.0.0.1'), 'listening');

  const make = (claims: JWTPayload, alg: string, kid: string, expiresIn: string | null) => {
    const token = new SignJWT(claims).setProtectedHeader({ alg, kid }).setIssuedAt();
    return expiresIn === null ? token : token.setExpirationTime(expiresIn);
  };
  return {
    server: server as Server,
    jwksUrl: `http://127.0.0.1:${(server.address() as { port: number }).port}/jwks.json`,
    sign: (claims: JWTPayload, expiresIn: string | null = '5m', kid = 'key-1') =>
      make(claims, 'ES256', kid, expiresIn).sign(trusted.privateKey),
    forge: (claims: JWTPayload) => make(claims, 'ES256', 'key-1', '5m').sign(foreign.privateKey),
    confuse: async (claims: JWTPayload) =>
      make(claims, 'HS256', 'key-1', '5m').sign(
        new TextEncoder().encode(await exportSPKI(trusted.publicKey)),
      ),
  };
}
