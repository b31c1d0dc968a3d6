import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textDigest } from './schema/digest.ts';
import { startTestRegistry, type TestEnvironment, type TestRegistry } from './testing.ts';

const sdl = (field: string) => `type Query { ${field}: Int }`;

let registry: TestRegistry;
let environment: TestEnvironment;
beforeAll(async () => {
  registry = await startTestRegistry({ pollMs: 50 });
});
beforeEach(async () => {
  environment = await registry.newEnvironment();
});
afterAll(() => registry[Symbol.asyncDispose]());

describe('the supergraph of an environment', () => {
  it('comes with its digest as ETag, and its release', async () => {
    await environment.publish('a', sdl('a'));
    const { status, headers, body } = await environment.supergraph();
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe(`"${textDigest(body)}"`);
    expect(headers.get('tributary-release')).toBe('1');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it('is 304 for who has it', async () => {
    await environment.publish('a', sdl('a'));
    const etag = (await environment.supergraph()).headers.get('etag') ?? '';
    expect(await environment.supergraph({ 'if-none-match': etag })).toMatchObject({ status: 304, body: '' });
    await environment.publish('a', sdl('b'));
    expect(await environment.supergraph({ 'if-none-match': etag })).toMatchObject({ status: 200 });
  });

  it('has the same digest in every environment, and is found by it', async () => {
    const other = await registry.newEnvironment();
    await environment.publish('a', sdl('a'));
    await other.publish('a', sdl('a'));
    const { headers, body } = await environment.supergraph();
    expect((await other.supergraph()).headers.get('etag')).toBe(headers.get('etag'));
    const byDigest = await registry.send<string>('GET', `/v1/supergraphs/${textDigest(body)}`);
    expect(byDigest.body).toBe(body);
    expect(byDigest.headers.get('cache-control')).toContain('immutable');
  });

  it('is not there before the first release, nor under a digest that nothing has', async () => {
    expect(await environment.supergraph()).toMatchObject({ status: 404 });
    expect(await registry.send('GET', `/v1/supergraphs/${'0'.repeat(64)}`)).toMatchObject({ status: 404 });
    expect(await registry.send('GET', '/v1/supergraphs/latest')).toMatchObject({ status: 400 });
  });
});

describe('waiting for a supergraph', () => {
  it('is answered when it changes', async () => {
    await environment.publish('a', sdl('a'));
    const etag = (await environment.supergraph()).headers.get('etag') ?? '';
    const waiting = environment.supergraph({ 'if-none-match': etag }, '?wait=20');
    await environment.publish('a', sdl('changed'));
    expect((await waiting).body).toContain('changed');
  });

  it('is answered with 304 when the time is up', async () => {
    await environment.publish('a', sdl('a'));
    const etag = (await environment.supergraph()).headers.get('etag') ?? '';
    expect(await environment.supergraph({ 'if-none-match': etag }, '?wait=0.1')).toMatchObject({
      status: 304,
    });
  });

  it('is answered at the first release of an environment', async () => {
    const waiting = environment.supergraph({}, '?wait=20');
    await environment.publish('a', sdl('first'));
    expect(await waiting).toMatchObject({ status: 200 });
  });

  it('sees a release that another registry on the same database made', async () => {
    await using other = await startTestRegistry({ database: registry.database });
    await environment.publish('a', sdl('a'));
    const etag = (await environment.supergraph()).headers.get('etag') ?? '';
    const waiting = environment.supergraph({ 'if-none-match': etag }, '?wait=20');
    const answer = await other.send('POST', `${environment.path}/subgraphs/a/revisions`, {
      sdl: sdl('elsewhere'),
    });
    expect(answer.status).toBe(201);
    expect((await waiting).body).toContain('elsewhere');
  });

  it('ends with the registry: with 304, and at once', async () => {
    const stopping = await startTestRegistry({ database: registry.database });
    await environment.publish('a', sdl('a'));
    const etag = (await environment.supergraph()).headers.get('etag') ?? '';
    const waiting = stopping.send('GET', `${environment.path}/supergraph?wait=50`, undefined, {
      headers: { 'if-none-match': etag },
    });
    // The request has arrived when a later one has been answered.
    await stopping.send('GET', `${environment.path}/subgraphs`);
    await stopping[Symbol.asyncDispose]();
    expect(await waiting).toMatchObject({ status: 304 });
  });

  it('takes no more than a minute of patience', async () => {
    expect(await environment.supergraph({}, '?wait=3600')).toMatchObject({ status: 400 });
  });
});
