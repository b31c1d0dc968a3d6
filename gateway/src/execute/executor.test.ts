import { describe, expect, it } from 'vitest';
import { Declined } from './compile/index.ts';
import { compose } from './testing/compose.ts';
import { requestOf } from './testing/request-of.ts';
import { TestEngine } from './testing/test-engine.ts';

const planner = compose({
  old: `
    type Query { me: User }
    type User @key(fields: "id") { id: ID! name: String mail: String }
  `,
  new: `
    type User @key(fields: "id") {
      id: ID! name: String @override(from: "old", label: "beta") mail: String @override(from: "old", label: "gamma")
    }
  `,
});

const OLD = '{"data":{"me":{"name":"n","mail":"m"}}}';
const KEY = '{"__typename":"User","id":"1"';

describe('the executor', () => {
  it('answers by compiled code, and says nothing about it', async () => {
    const { text, why } = await new TestEngine(planner).replies('old', OLD).execute('{ me { name mail } }');
    expect([text, why]).toEqual([OLD, undefined]);
  });

  it('answers the same without compiling where it is told to, and says why', async () => {
    const engine = new TestEngine(planner, { mode: 'complete' }).replies('old', OLD);
    const { text, why } = await engine.execute('{ me { name mail } }');
    expect([text, why]).toEqual([OLD, 'compiling is turned off']);
    const prepared = await engine.executor.prepared.get(requestOf('{ me { name mail } }', planner), []);
    expect(engine.executor.compiledFor(prepared, {})).toBeInstanceOf(Declined);
  });

  it('leaves to the complete executor what is not compiled, and says why', async () => {
    const engine = new TestEngine(planner).replies('old', '{"data":{"me":{"name":"n"}}}');
    const { text, why } = await engine.execute('{ me { name } __schema { queryType { name } } }');
    expect([text, why]).toEqual([
      '{"data":{"me":{"name":"n"},"__schema":{"queryType":{"name":"Query"}}}}',
      'introspection',
    ]);
    expect(engine.sent).toHaveLength(1);
  });

  it('answers introspection without variables once, and keeps the answer for everyone', async () => {
    const engine = new TestEngine(planner);
    const source = '{ __type(name: "User") { fields { name } } __schema { queryType { name } } }';
    const first = await engine.execute(source);
    const again = await engine.execute(source);
    expect([first.why, again.why]).toEqual(['introspection', undefined]);
    expect(again.text).toBe(first.text);
    expect(again.result.data).toMatchObject({ __schema: { queryType: { name: 'Query' } } });
  });

  it('keeps no answer that depends on variables, on subgraphs, or that would fill the cache', async () => {
    const fields = new TestEngine(planner);
    for (const name of ['User', 'Query']) {
      const { result } = await fields.execute('query ($name: String!) { __type(name: $name) { name } }', {
        name,
      });
      expect(result.data).toEqual({ __type: { name } });
    }
    const mixed = new TestEngine(planner).replies(
      'old',
      '{"data":{"me":{"name":"a"}}}',
      '{"data":{"me":{"name":"b"}}}',
    );
    for (const name of ['a', 'b']) {
      const { result } = await mixed.execute('{ me { name } __schema { queryType { name } } }');
      expect(result.data).toMatchObject({ me: { name } });
    }
    const small = new TestEngine(planner, { cacheBytes: 20_000 });
    const everything =
      '{ __schema { types { name fields { name type { name } } directives: description } } }';
    const long = everything.replace(
      'name fields',
      `${Array.from({ length: 40 }, (_, i) => `n${i}: name`).join(' ')} fields`,
    );
    for (let time = 0; time < 2; time++) expect((await small.execute(long)).why).toBe('introspection');
  });

  it('fetches a field from where its @override label says, and keeps code for each set of labels', async () => {
    const engine = new TestEngine(planner).replies(
      'old',
      OLD,
      `{"data":{"me":${KEY},"mail":"m"}}}`,
      OLD,
      `{"data":{"me":${KEY}}}}`,
    );
    engine.replies(
      'new',
      '{"data":{"_entities":[{"name":"new"}]}}',
      '{"data":{"_entities":[{"name":"new","mail":"new"}]}}',
    );
    const texts: unknown[] = [];
    for (const labels of [[], ['beta'], [], ['beta', 'gamma']]) {
      const { text, why } = await engine.execute('{ me { name mail } }', {}, labels);
      texts.push(why ?? text);
    }
    expect(texts).toEqual([
      OLD,
      '{"data":{"me":{"name":"new","mail":"m"}}}',
      OLD,
      '{"data":{"me":{"name":"new","mail":"new"}}}',
    ]);
  });

  it('answers requests that are under way at the same time each with its own', async () => {
    const engine = new TestEngine(planner);
    const users = Array.from({ length: 20 }, (_, index) => `{"data":{"me":${KEY},"mail":"m${index}"}}}`);
    const names = users.map((_, index) => `{"data":{"_entities":[{"name":"n${index}"}]}}`);
    engine.replies('old', ...users).replies('new', ...names);
    const all = await Promise.all(users.map(() => engine.execute('{ me { mail name } }', {}, ['beta'])));
    expect(all.map(({ text }) => text)).toEqual(
      users.map((_, index) => `{"data":{"me":{"mail":"m${index}","name":"n${index}"}}}`),
    );
  });
});
