import { createIdentitySigner, generateIdentityKeys, IDENTITY_HEADER } from '@tributary/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, startFederation } from '../src/federation.ts';
import { postGraphQL } from '../src/graphql.ts';
import { SERVICES } from '../src/services.ts';

let federation: Federation;

beforeAll(async () => {
  federation = await startFederation();
});
afterAll(() => federation?.[Symbol.asyncDispose]());

describe.each(SERVICES)('%s, reached directly', (name) => {
  const ask = (headers: Record<string, string> = {}) =>
    postGraphQL(`${federation.services[name].url}/graphql`, { query: '{ _service { sdl } }' }, headers);

  it('answers the gateway', async () => {
    const signer = createIdentitySigner({
      privateJwk: federation.keys.gateway.privateJwk,
      issuer: 'gateway',
    });
    const assertion = await signer.sign({ subject: null, roles: [] }, name);
    expect((await ask({ [IDENTITY_HEADER]: assertion })).status).toBe(200);
  });

  it('refuses a request without an assertion, even with an access token', async () => {
    const token = await federation.signIn();
    await expectRefusal(ask());
    await expectRefusal(ask({ authorization: `Bearer ${token}`, [IDENTITY_HEADER]: token }));
  });

  it('refuses an assertion that somebody else signed', async () => {
    const { privateJwk } = await generateIdentityKeys('gateway-1');
    const forged = await createIdentitySigner({ privateJwk, issuer: 'gateway' }).sign(
      { subject: null, roles: [] },
      name,
    );
    await expectRefusal(ask({ [IDENTITY_HEADER]: forged }));
  });

  it('refuses an assertion made for another subgraph', async () => {
    const signer = createIdentitySigner({
      privateJwk: federation.keys.gateway.privateJwk,
      issuer: 'gateway',
    });
    const other = SERVICES.find((service) => service !== name) ?? '';
    await expectRefusal(ask({ [IDENTITY_HEADER]: await signer.sign({ subject: null, roles: [] }, other) }));
  });
});

async function expectRefusal(answer: ReturnType<typeof postGraphQL>): Promise<void> {
  const { status, body } = await answer;
  expect(status).toBe(403);
  expect(body.data ?? null).toBeNull();
  expect(body.errors?.map((error) => error.extensions.code)).toEqual(['NOT_FROM_GATEWAY']);
}
