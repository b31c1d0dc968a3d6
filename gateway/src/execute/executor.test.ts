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
