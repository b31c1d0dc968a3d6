import {
  createNoticeVerifier,
  DeliveryRefused,
  digestOf,
  generateSigningKeys,
} from '@tributary/supergraph-delivery';
import type { Transaction } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGISTRY_ACTOR, type Transition, transition } from './operations/release-life.ts';
import { lockEnvironment } from './store/environments.ts';
import type { Tables } from './store/tables.ts';
import { startTestRegistry, type TestEnvironment, type TestRegistry } from './testing.ts';

const keys = generateSigningKeys('test');
let registry: TestRegistry;
let environment: TestEnvironment;
beforeAll(async () => {
  registry = await startTestRegistry({ signingKey: keys.privateJwk });
});
afterAll(() => registry[Symbol.asyncDispose]());
beforeEach(async () => {
  environment = await registry.newEnvironment();
});

const sdl = (field: string) => `type Query { ${field}: Int }`;

/** As a gateway asks: the bytes as they came. */
async function fetchDelivery(etag?: string, query = '', token = registry.token) {
  const response = await fetch(`${registry.url}${environment.path}/delivery${query}`, {
    headers: { authorization: `Bearer ${token}`, ...(etag !== undefined && { 'if-none-match': etag }) },
  });
  const body = new Uint8Array(await response.arrayBuffer());
  const signature = response.headers.get('tributary-signature') ?? undefined;
  const verifier = createNoticeVerifier({ publicKeySet: keys.publicKeySet, environment: environment.name });
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    body,
    signature,
    notice: () => verifier.verify(body, signature),
  };
}

/** As another registry on this database would: this one is not woken, it looks. */
async function change(number: number, event: Transition['event'], share?: number): Promise<void> {
  const { name } = environment;
  await registry.database.db.transaction().execute(async (transaction) => {
    await lockEnvironment(transaction, name);
    if (event === 'attested') await makeWaiting(transaction, number);
    const outcome = await transition(transaction, {
      environment: name,
      number,
      event,
      ...(share !== undefined && { share }),
      actor: REGISTRY_ACTOR,
      at: new Date(),
    });
    expect(outcome).toBeDefined();
  });
}

function makeWaiting(transaction: Transaction<Tables>, number: number) {
  return transaction
    .updateTable('release')
    .set({ state: 'waiting' })
    .where('environment', '=', environment.name)
    .where('number', '=', number)
    .execute();
}

describe('GET /v1/environments/:env/delivery', () => {
  it('is signed over its bytes, and its supergraph is the one that its digest names', async () => {
    await environment.publish('a', sdl('a'));
    const delivery = await fetchDelivery();
    const { environment: name, sequence, live, canary } = delivery.notice();
    expect({ status: delivery.status, name, canary }).toEqual({
      status: 200,
      name: environment.name,
      canary: undefined,
    });
    expect(sequence).toBeGreaterThan(0);
    const { body } = await registry.send<string>('GET', `/v1/supergraphs/${live.digest}`);
    expect(digestOf(body)).toBe(live.digest);

    const flipped = Uint8Array.from(delivery.body);
    flipped[10] = (flipped[10] ?? 0) ^ 1;
    const verifier = createNoticeVerifier({ publicKeySet: keys.publicKeySet, environment: name });
    expect(() => verifier.verify(flipped, delivery.signature)).toThrow(DeliveryRefused);
  });

  it('has a sequence that rises with each release', async () => {
    await environment.publish('a', sdl('a'));
    const first = (await fetchDelivery()).notice();
    await environment.publish('a', sdl('b'));
    const second = (await fetchDelivery()).notice();
    expect(second.sequence).toBe(first.sequence + 1);
    expect(second.live.release).toBe(first.live.release + 1);
  });

  it('waits for another one than the caller has, and is 304 when there is none', async () => {
    await environment.publish('a', sdl('a'));
    const { etag } = await fetchDelivery();
    expect(await fetchDelivery(etag)).toMatchObject({ status: 304, etag });
    expect(await fetchDelivery(etag, '?wait=0.1')).toMatchObject({ status: 304 });
    const waiting = fetchDelivery(etag, '?wait=20');
    await environment.publish('a', sdl('b'));
    expect((await waiting).notice().live.release).toBe(2);
  });

  it('tells of a canary, of each step of it, and of its end, though the live release stays', async () => {
    await environment.publish('a', sdl('a'));
    await environment.publish('a', sdl('b'));
    const first = await fetchDelivery();
    const waiting = fetchDelivery(first.etag, '?wait=20');
    await change(1, 'attested', 10);
    const canary = await waiting;
    expect(canary.notice()).toMatchObject({ live: { release: 2 }, canary: { release: 1, share: 10 } });
    expect(canary.notice().salt).not.toBe('');
    const stepping = fetchDelivery(canary.etag, '?wait=20');
    await change(1, 'stepped', 50);
    const step = await stepping;
    expect(step.notice()).toMatchObject({ canary: { share: 50 }, salt: canary.notice().salt });
    const ending = fetchDelivery(step.etag, '?wait=20');
    await change(1, 'harmed');
    const end = (await ending).notice();
    expect(end).toMatchObject({ live: { release: 2 } });
    expect(end.canary).toBeUndefined();
    expect(end.sequence).toBe(first.notice().sequence + 3);
  });

  it('is 404 before the first release, and waits for it', async () => {
    expect(await fetchDelivery(undefined, '?wait=0.1')).toMatchObject({ status: 404 });
    const waiting = fetchDelivery(undefined, '?wait=20');
    await environment.publish('a', sdl('first'));
    expect(await waiting).toMatchObject({ status: 200 });
  });

  it('is for gateways, and for no stranger', async () => {
    await environment.publish('a', sdl('a'));
    expect(await fetchDelivery(undefined, '', await registry.newToken('gateway'))).toMatchObject({
      status: 200,
    });
    expect(await fetchDelivery(undefined, '', 'nonsense')).toMatchObject({ status: 401 });
    const elsewhere = await registry.newToken('gateway', { environments: ['production'] });
    expect(await fetchDelivery(undefined, '', elsewhere)).toMatchObject({ status: 403 });
  });
});

describe('a raised sequence', () => {
  const raise = (body: object, token = registry.token) =>
    registry.send('POST', `${environment.path}/sequence`, body, { token });

  it('is news to gateways that wait, with what they had in it, and is never lowered', async () => {
    await environment.publish('users', sdl('a'));
    const before = await fetchDelivery();
    const waiting = fetchDelivery(before.etag, '?wait=30');
    const { sequence } = before.notice();
    expect(await raise({ above: sequence + 41 })).toMatchObject({
      status: 200,
      body: { changed: true, before: sequence, sequence: sequence + 42 },
    });
    expect((await waiting).notice()).toEqual({ ...before.notice(), sequence: sequence + 42 });
    expect((await raise({ above: sequence + 41 })).body).toMatchObject({ changed: false });
    expect((await raise({ above: 0 })).body).toMatchObject({ changed: false, sequence: sequence + 42 });
    expect((await raise({})).body).toMatchObject({ changed: true, sequence: sequence + 1_042 });
  });

  it('is for admins, of an environment that is there, and not by more than anybody needs', async () => {
    expect(await raise({}, await registry.newToken('publisher'))).toMatchObject({ status: 403 });
    expect(await raise({ above: 2_000_000 })).toMatchObject({ status: 400 });
    expect(await raise({ above: -1 })).toMatchObject({ status: 400 });
    expect(await registry.send('POST', '/v1/environments/nowhere/sequence', {})).toMatchObject({
      status: 404,
    });
  });
});
