import { createHmac } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { testIdentity } from '@tributary/identity/testing';
import { testTelemetry } from '@tributary/telemetry/testing';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';
import { createKeySet, createTokenVerifier } from './index.ts';

const ISSUER = 'https://users.example';
const AUDIENCE = 'tributary';
const stack = new AsyncDisposableStack();
let library: Awaited<ReturnType<typeof startLibrary>>;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let gateway: TestGateway;
let identity: Awaited<ReturnType<typeof testIdentity>>;

beforeAll(async () => {
  library = stack.use(await startLibrary());
  issuer = stack.use(await startIssuer());
  identity = await testIdentity({ audience: 'readers' });
  gateway = stack.use(await startGuardedGateway());
});
afterAll(() => stack.disposeAsync());

describe('a valid token', () => {
  it.each(['EdDSA', 'ES256'] as const)(
    'signed with %s reaches the subgraph as a signed identity',
    async (alg) => {
      const token = await issuer.sign({ sub: 'mia', roles: ['support'] }, { alg });
      await gateway.query('{ viewer { name } }', { headers: { authorization: `Bearer ${token}` } });
      const received = library.subgraphs.readers.received.at(-1)?.headers;
      const assertion = received?.['x-tributary-identity'] as string;
      await expect(identity.verifier.verify(assertion)).resolves.toMatchObject({
        subject: 'mia',
        roles: ['support'],
        issuer: 'gateway',
      });
      expect(received).not.toHaveProperty('authorization');
    },
  );

  it('is not needed: without one the identity is signed out', async () => {
    // A client cannot bring an identity of its own.
    await gateway.query('{ viewer { name } }', { headers: { 'x-tributary-identity': 'forged' } });
    const assertion = library.subgraphs.readers.received.at(-1)?.headers['x-tributary-identity'] as string;
    await expect(identity.verifier.verify(assertion)).resolves.toMatchObject({ subject: null, roles: [] });
  });
});

describe('refuses with 401, before any subgraph is asked,', () => {
  const cases: Record<string, () => Promise<string>> = {
    'a forged signature': async () => `${(await issuer.sign({})).slice(0, -8)}AAAAAAAA`,
    'a key that is not of the issuer': async () => (await startIssuer()).sign({}),
    'an expired token': () => issuer.sign({}, { expiresInS: -60 }),
    'a token without an expiry': () => issuer.sign({}, { expiresInS: null }),
    'a token that is not valid yet': () => issuer.sign({ nbf: Math.floor(Date.now() / 1000) + 600 }),
    'another audience': () => issuer.sign({ aud: 'another' }),
    'another issuer': () => issuer.sign({ iss: 'https://evil.example' }),
    'a token without a subject': () => issuer.sign({ sub: undefined }),
    'roles that are not a list of texts': () => issuer.sign({ roles: [1] }),
    'alg none': async () => `${encode({ alg: 'none' })}.${encode(claims())}.`,
    'HMAC with the public key as the secret': async () => {
      const head = `${encode({ alg: 'HS256', kid: issuer.publicJwk.kid })}.${encode(claims())}`;
      return `${head}.${createHmac('sha256', JSON.stringify(issuer.publicJwk)).update(head).digest('base64url')}`;
    },
    'a key of its own in the header': async () => {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
      const jwk = await exportJWK(publicKey);
      return new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', jwk }).sign(privateKey);
    },
    garbage: async () => 'garbage',
    'a token of three dots': async () => '...',
  };

  it.each(Object.entries(cases))('%s', async (_, makeToken) => {
    const before = library.subgraphs.readers.received.length;
    const { status, errors, headers, data } = await gateway.query('{ viewer { name } }', {
      headers: { authorization: `Bearer ${await makeToken()}` },
    });
    expect({ status, data }).toEqual({ status: 401, data: undefined });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(headers.get('www-authenticate')).toContain('Bearer');
    expect(library.subgraphs.readers.received).toHaveLength(before);
  });

  it.each(['Basic bWlhOnRyaWJ1dGFyeQ==', 'Bearer', 'Bearer a b', 'Token x', 'Bearer a, Basic b'])(
    'the header %j',
    async (authorization) => {
      const { status } = await gateway.query('{ viewer { name } }', { headers: { authorization } });
      expect(status).toBe(401);
    },
  );

  it('two Authorization headers, of which node would drop one', async () => {
    const token = await issuer.sign({});
    const status = await postRaw(gateway.endpoint, [
      'Authorization',
      `Bearer ${token}`,
      'authorization',
      'Basic eDp5',
    ]);
    expect(status).toBe(401);
  });
});

describe('the keys of the issuer', () => {
  it('stay in use while the issuer is away, and are read again when a token names a new one', async () => {
    await using rotating = await startIssuer();
    await using guarded = await startGuardedGateway(rotating);
    const ask = async (token: string) =>
      (await guarded.query('{ viewer { name } }', { headers: { authorization: `Bearer ${token}` } })).status;

    expect(await ask(await rotating.sign({}))).toBe(200);
    rotating.away(true);
    expect(await ask(await rotating.sign({ jti: 'not remembered' }))).toBe(200);
    await rotating.rotate();
    expect(await ask(await rotating.sign({}))).toBe(401);
    rotating.away(false);
    expect(await ask(await rotating.sign({}))).toBe(200);
  });

  it('that were never read make a token neither good nor bad: 503, and signed-out requests go on', async () => {
    await using silent = await startIssuer();
    silent.away(true);
    await using guarded = await startGuardedGateway(silent);
    const headers = { authorization: `Bearer ${await silent.sign({})}` };
    const { status, errors } = await guarded.query('{ viewer { name } }', { headers });
    expect(status).toBe(503);
    expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    expect((await guarded.query('{ viewer { name } }')).status).toBe(200);
  });
});

async function startGuardedGateway(of = issuer): Promise<TestGateway> {
  const keySet = createKeySet({ url: of.url, logger: testTelemetry().logger, cooldownMs: 0 });
  const tokenVerifier = createTokenVerifier({ keySet, issuer: ISSUER, audience: AUDIENCE });
  const { supergraphSdl } = library;
  return startTestGateway({ supergraphSdl, tokenVerifier, identitySigner: identity.signer });
}

/** An issuer with an EdDSA and an ES256 key, and a JWKS endpoint that can be away. */
async function startIssuer() {
  let round = 0;
  let isAway = false;
  let keys = await makeKeys(round);
  const server: Server = createServer((_, response) => {
    if (isAway) response.destroy();
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    get publicJwk(): JWK {
      return keys[0]?.jwk as JWK;
    },
    away: (value: boolean) => {
      isAway = value;
    },
    rotate: async () => {
      keys = await makeKeys(++round);
    },
    async sign(
      extra: object,
      { alg = 'EdDSA', expiresInS = 60 }: { alg?: string; expiresInS?: number | null } = {},
    ) {
      const key = keys.find((candidate) => candidate.alg === alg);
      if (!key) throw new Error(`no ${alg} key`);
      const exp = expiresInS === null ? undefined : Math.floor(Date.now() / 1000) + expiresInS;
      const all = JSON.parse(JSON.stringify({ ...claims(), exp, ...extra }));
      return new SignJWT(all).setProtectedHeader({ alg, kid: key.jwk.kid as string }).sign(key.privateKey);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function makeKeys(round: number) {
  return Promise.all(
    ['EdDSA', 'ES256'].map(async (alg) => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid: `${alg}-${round}`, alg } };
    }),
  );
}

function claims() {
  return { iss: ISSUER, aud: AUDIENCE, sub: 'mia', roles: [], exp: Math.floor(Date.now() / 1000) + 60 };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** fetch joins repeated headers; a list of raw ones stays as it is. */
async function postRaw(url: string, headers: readonly string[]): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const body = '{"query":"{ viewer { name } }"}';
  const length = ['content-type', 'application/json', 'content-length', String(body.length), 'host', 'x'];
  request(url, { method: 'POST', headers: [...headers, ...length] }, async (response) => {
    await text(response);
    resolve(response.statusCode);
  })
    .on('error', reject)
    .end(body);
  return promise;
}
