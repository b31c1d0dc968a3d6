import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../configuration/index.ts';
import { createDocuments } from '../operation/index.ts';
import { type Report, UsageBatch } from './usage-batch.ts';

const schema = buildSchema(`
  type Query { find(by: Filter, first: Int): [Item!]  me: Item }
  type Item { id: ID! name: String }
  input Filter { text: String deep: Filter order: Order }
  enum Order { ASC DESC }
`);
const documents = createDocuments({
  schema,
  limits: DEFAULT_POLICY.limits,
  introspection: true,
  plansByLiterals: 4,
});

function count(batch: UsageBatch, source: string, { variables = {}, headers = {} }: Request = {}): void {
  const { document, operations } = documents.prepare(source);
  const [prepared] = operations;
  if (prepared === undefined) throw new Error('no operation');
  batch.clientOf(headers).count(schema, document, prepared.operation, variables);
}

interface Request {
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

function reportOf(batch: UsageBatch): Report {
  const report = batch.toReport();
  if (report === undefined) throw new Error('there is something to tell');
  return report;
}

function client(name: string, version: string) {
  return { 'apollographql-client-name': name, 'apollographql-client-version': version };
}

/** Of the only client of the only operation: the coordinates that values brought, with their counts. */
function values({ operations, coordinates }: Report): Record<string, number> {
  const [first] = operations[0]?.clients ?? [];
  return Object.fromEntries((first?.values ?? []).map(([place, n]) => [coordinates[place] ?? '', n]));
}

const FIND = 'query Find($by: Filter) { find(by: $by) { id } }';

describe('a batch', () => {
  it('counts requests by operation and client', () => {
    const batch = new UsageBatch();
    for (const version of ['1', '2', '2']) count(batch, '{ me { id } }', { headers: client('web', version) });
    count(batch, '{me{id}}', { headers: client('web', '1') });
    count(batch, '{ me { name } }');
    const { operations, coordinates, id } = reportOf(batch);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(operations.map(({ document, clients }) => [document, clients])).toEqual([
      [
        '{me{id}}',
        [
          { name: 'web', version: '1', requests: 1, values: [] },
          { name: 'web', version: '1', requests: 1, values: [] },
          { name: 'web', version: '2', requests: 2, values: [] },
        ],
      ],
      ['{me{name}}', [{ name: '', version: '', requests: 1, values: [] }]],
    ]);
    expect(operations[0]?.coordinates.map((place) => coordinates[place])).toEqual(
      expect.arrayContaining(['Query.me', 'Item.id']),
    );
  });

  it('tells what variables use and never what they hold', () => {
    const batch = new UsageBatch();
    count(batch, FIND, { variables: { by: { text: 'mia@example.com', order: 'DESC' } } });
    count(batch, FIND, { variables: { by: { text: null } } });
    count(batch, FIND, { variables: {} });
    const report = reportOf(batch);
    expect(values(report)).toMatchObject({
      'Filter.text': 2,
      'Filter.text=null': 1,
      'Order.DESC': 1,
      'Query.find(by:)=absent': 1,
    });
    expect(JSON.stringify(report)).not.toContain('mia');
  });

  it('takes variables that are too much to look at for all that they may be', () => {
    const batch = new UsageBatch();
    let by: object = {};
    for (let depth = 0; depth < 2_000; depth++) by = { deep: by };
    count(batch, FIND, { variables: { by } });
    count(batch, FIND, { variables: { by: { order: 'ASC' } } });
    const brought = values(reportOf(batch));
    expect(brought).toMatchObject({
      'Order.ASC': 2,
      'Order.DESC': 1,
      'Filter.text': 1,
      'Filter.text=null': 1,
    });
  });

  it('has nothing to tell of probes and tools, which need no field', () => {
    const batch = new UsageBatch();
    count(batch, '{ __typename }');
    count(batch, 'query Tool { __schema { types { name } } ...F } fragment F on Query { t: __typename }');
    expect(batch.toReport()).toBeUndefined();
    count(batch, '{ __typename ...F } fragment F on Query { me { id } }');
    expect(reportOf(batch).operations).toHaveLength(1);
  });

  it('bounds and cleans the names that clients give themselves', () => {
    const batch = new UsageBatch();
    count(batch, '{ me { id } }', { headers: client(`\u0000<script>${'x'.repeat(500)}`, '1\n2') });
    const [operation] = reportOf(batch).operations;
    expect(operation?.clients).toEqual([
      { name: `script${'x'.repeat(58)}`, version: '12', requests: 1, values: [] },
    ]);
  });

  it.each([
    ['clients', { clients: 3, entries: 99, characters: 1e6 }],
    ['operations', { clients: 99, entries: 3, characters: 1e6 }],
    ['text', { clients: 99, entries: 99, characters: 600 }],
  ])('is full before it has too many %s', (_what, limits) => {
    const batch = new UsageBatch(limits);
    let requests = 0;
    while (!batch.isFull) {
      requests++;
      count(batch, `{ a${requests}: me { id } }`, { headers: client('c', `${requests}`) });
    }
    expect(requests).toBe(3);
  });
});
