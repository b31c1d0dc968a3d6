import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppList } from './contract/apps.ts';
import { startTestRegistry, type TestEnvironment, type TestRegistry } from './testing.ts';

const SCHEMA = `type Query { me: User }
type User { id: ID! name: String age: Int status(of: Status): String }
enum Status { OPEN DONE }`;
const WITHOUT_AGE = SCHEMA.replace(' age: Int', '');
const AGE = { id: 'h1', name: 'Age', body: 'query Age { me { age } }' };
const NAME = { id: 'h2', name: 'Name', body: 'query Name($s: Status) { me { name status(of: $s) } }' };

let registry: TestRegistry;
let environment: TestEnvironment;
beforeAll(async () => {
  registry = await startTestRegistry();
});
beforeEach(async () => {
  environment = await registry.newEnvironment();
  await environment.publish('users', SCHEMA);
});
afterAll(() => registry[Symbol.asyncDispose]());

function publish(version: string, operations: readonly object[], token = registry.token) {
  return registry.send('POST', `${environment.path}/apps/ios/${version}`, { operations }, { token });
}
function retire(version: string) {
  return registry.send('DELETE', `${environment.path}/apps/ios/${version}`);
}
async function verdictOf(sdl: string, coordinate: string) {
  const { body } = await environment.check('users', sdl);
  return body.findings.find((finding) => finding.coordinate === coordinate)?.verdict;
}

describe('a manifest of an app', () => {
  it('holds up a change that would break it, with no traffic at all, until it is retired', async () => {
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({ kind: 'inconclusive' });
    expect(await publish('3.1.0+7', [AGE, NAME])).toMatchObject({
      status: 201,
      body: { changed: true, operations: 2, invalid: [] },
    });
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({
      kind: 'unsafe',
      uses: 0,
      usedBy: ['app ios 3.1.0+7 (Age)'],
    });
    expect((await environment.check('users', WITHOUT_AGE, { allowInconclusive: true })).body.passed).toBe(
      false,
    );
    expect(await retire('3.1.0+7')).toMatchObject({ status: 200, body: { changed: true } });
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({ kind: 'inconclusive' });
  });

  it('may send every value that its variables allow', async () => {
    await publish('1', [NAME]);
    expect(await verdictOf(SCHEMA.replace(' DONE', ''), 'Status.DONE')).toMatchObject({ kind: 'unsafe' });
  });

  it('names the newest of the versions that share an operation', async () => {
    await publish('1', [AGE]);
    await publish('2', [AGE, NAME]);
    await publish('3', [AGE]);
    await retire('1');
    expect((await verdictOf(WITHOUT_AGE, 'User.age'))?.usedBy).toEqual(['app ios 3 and 1 more (Age)']);
  });

  it('is the same when published again in another order, and comes back when it was retired', async () => {
    await publish('1', [AGE, NAME]);
    expect(await publish('1', [NAME, AGE])).toMatchObject({ status: 200, body: { changed: false } });
    await retire('1');
    expect(await retire('1')).toMatchObject({ status: 200, body: { changed: false } });
    expect(await publish('1', [AGE, NAME])).toMatchObject({ status: 201, body: { changed: true } });
    expect(await verdictOf(WITHOUT_AGE, 'User.age')).toMatchObject({ kind: 'unsafe' });
  });

  it('is never changed: of two publishes that cross one is refused', async () => {
    const answers = await Promise.all([publish('1', [AGE]), publish('1', [NAME])]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body.error).toMatchObject({ code: 'MANIFEST_CONFLICT' });
  });

  it('may ask for what the environment does not have yet, and is told so', async () => {
    const early = { id: 'h3', name: 'Early', body: 'query Early { me { nickname } }' };
    expect((await publish('1', [AGE, early])).body.invalid).toEqual([
      { id: 'h3', name: 'Early', message: expect.stringContaining('nickname') },
    ]);
    environment = await registry.newEnvironment();
    expect(await publish('1', [AGE])).toMatchObject({ status: 201, body: { invalid: [] } });
  });

  it.each([
    ['no GraphQL', [{ ...AGE, body: 'query {' }]],
    ['two operations in one', [{ ...AGE, body: 'query A { me { id } } query B { me { id } }' }]],
    ['one id for two operations', [AGE, { ...NAME, id: 'h1' }]],
    ['nested beyond any stack', [{ ...AGE, body: '{a'.repeat(90_000) }]],
    ['nothing', []],
  ])('is refused with %s', async (_what, operations) => {
    expect(await publish('1', operations)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST' } },
    });
    expect((await retire('1')).status).toBe(404);
  });

  it('is an affair of the pipeline of the app, and in the audit log', async () => {
    expect((await publish('1', [AGE], await registry.newToken('checker'))).status).toBe(403);
    expect((await publish('1', [AGE], await registry.newToken('app'))).status).toBe(201);
    await retire('1');
    const { apps } = (await registry.send<AppList>('GET', `${environment.path}/apps`)).body;
    expect(apps).toMatchObject([
      { app: 'ios', version: '1', operations: 1, publishedBy: 'test app', retiredBy: expect.any(String) },
    ]);
    const { entries } = (await registry.send<{ entries: object[] }>('GET', '/v1/audit?limit=2')).body;
    expect(entries).toMatchObject([
      { action: 'app.retire', environment: environment.name, detail: { app: 'ios', version: '1' } },
      { action: 'app.publish', detail: { operations: 1 } },
    ]);
  });
});
