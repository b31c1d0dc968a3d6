import { createPublicKey } from 'node:crypto';
import { IDENTITY_HEADER } from '@tributary/identity';
import { testIdentity } from '@tributary/identity/testing';
import { importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBooks, startBooks } from './test-subgraph.fixture.ts';
import { postAs, signedIn } from './testing.ts';

const mia = signedIn('mia');

function claims(changes: { issuer?: string; audience?: string; expires?: string } = {}): SignJWT {
  return new SignJWT({ roles: [] })
    .setIssuer(changes.issuer ?? 'gateway')
    .setAudience(changes.audience ?? 'books')
    .setSubject('mia')
    .setIssuedAt()
    .setExpirationTime(changes.expires ?? '1 minute');
}

type Forge = (books: RunningBooks) => Promise<string | undefined>;

async function sign(books: RunningBooks, unsigned: SignJWT): Promise<string> {
  return unsigned
    .setProtectedHeader({ alg: 'EdDSA', typ: 'tributary-identity+jwt', kid: 'test' })
    .sign(await importJWK(books.keys.privateJwk, 'EdDSA'));
}

const FORGERIES: readonly (readonly [string, Forge])[] = [
  ['no assertion', async () => undefined],
  ['an empty assertion', async () => ''],
  ['random text', async () => 'not.a.token'],
  ["a stranger's signature", async () => (await testIdentity()).signer.sign(mia, 'books')],
  ['an expired assertion', async (books) => sign(books, claims({ expires: '1 minute ago' }))],
  ['an assertion for another subgraph', async (books) => sign(books, claims({ audience: 'orders' }))],
  ['an assertion of another issuer', async (books) => sign(books, claims({ issuer: 'orders' }))],
  ['alg none', async () => new UnsecuredJWT({ iss: 'gateway', aud: 'books', roles: [] }).encode()],
  [
    'HS256 with the public key as its secret',
    async ({ keys }) => {
      const key = createPublicKey({ key: { ...keys.publicJwks.keys[0] }, format: 'jwk' });
      const secret = Buffer.from(key.export({ type: 'spki', format: 'pem' }));
      return claims()
        .setProtectedHeader({ alg: 'HS256', typ: 'tributary-identity+jwt', kid: 'test' })
        .sign(secret);
    },
  ],
];

describe('a subgraph', () => {
  let books: RunningBooks;
  beforeAll(async () => {
    books = await startBooks();
  });
  afterAll(() => books[Symbol.asyncDispose]());

  it('answers what the gateway asks', async () => {
    const { status, data } = await postAs(
      books.url,
      books.signer,
      mia,
      { query: '{ book(id: "1") { title } }' },
      { audience: 'books' },
    );
    expect({ status, data }).toEqual({ status: 200, data: { book: { title: 'Title 1' } } });
  });

  it.each(FORGERIES)('refuses %s, and runs no resolver', async (_case, forge) => {
    const runs = books.resolverRuns();
    const assertion = await forge(books);
    const response = await fetch(`${books.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(assertion !== undefined && { [IDENTITY_HEADER]: assertion }),
      },
      body: JSON.stringify({ query: '{ book(id: "1") { id } }' }),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      errors: [
        { message: 'Send this request through the gateway', extensions: { code: 'NOT_FROM_GATEWAY' } },
      ],
    });
    expect(books.resolverRuns()).toBe(runs);
  });

  it('refuses two assertions in one request, even when one of them is right', async () => {
    const assertion = await books.signer.sign(mia, 'books');
    const response = await fetch(`${books.url}/graphql`, {
      method: 'POST',
      headers: [
        ['content-type', 'application/json'],
        [IDENTITY_HEADER, assertion],
        [IDENTITY_HEADER, assertion],
      ],
      body: JSON.stringify({ query: '{ book(id: "1") { id } }' }),
    });
    expect(response.status).toBe(403);
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD'])(
    'refuses a stranger who comes by %s',
    async (method) => {
      const response = await fetch(`${books.url}/graphql?query={book(id:1){id}}`, { method });
      expect(response.status).toBe(403);
    },
  );
});
