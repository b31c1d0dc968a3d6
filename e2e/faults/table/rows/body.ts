import type { FaultGroup } from '../fault-row.ts';
import { AT_ONCE_MS, fetches, loyaltyLost, nothingLost, saysBody } from '../loyalty.ts';

const broken = (reason: RegExp) => loyaltyLost('SUBGRAPH_MALFORMED_RESPONSE', reason);

/** The body can be read, what it says breaks the schema: found where the answer is put together, not by the fetch. */
const breaksSchema = {
  client: loyaltyLost('SUBGRAPH_MALFORMED_RESPONSE', /./).client,
  withinMs: AT_ONCE_MS,
  span: { name: 'query', attributes: { 'tributary.complete_executor': /./ } },
  metric: { name: 'graphql_errors_total', labels: { code: 'SUBGRAPH_MALFORMED_RESPONSE' } },
  log: { msg: 'a subgraph answered what cannot be used', fields: { subgraph: 'loyalty' } },
} as const;

/** Well framed HTTP whose body is not the answer to what was asked. */
export const body: FaultGroup = {
  title: 'Bodies that are no answer',
  rows: [
    { name: 'An empty body', begin: saysBody(() => ''), ...broken(/not JSON/) },
    { name: 'Truncated JSON', begin: saysBody((text) => text.slice(0, -20)), ...broken(/not JSON/) },
    {
      name: 'JSON with something behind it',
      begin: saysBody((text) => `${text}{"data":null}`),
      ...broken(/not JSON/),
    },
    {
      name: 'JSON that is no GraphQL response',
      begin: saysBody(() => '[1,2,3]'),
      ...broken(/not an object/),
    },
    {
      name: 'An object with neither data nor errors',
      begin: saysBody(() => '{}'),
      ...broken(/neither data/),
    },
    { name: 'data: null and no errors', begin: saysBody(() => '{"data":null}'), ...broken(/neither data/) },
    {
      name: 'Errors only',
      begin: saysBody(() => '{"errors":[{"message":"SECRET-OF-LOYALTY"}]}'),
      client: {
        status: 200,
        data: 'all but loyalty',
        codes: ['SUBGRAPH_ERROR'],
        degraded: ['loyalty SUBGRAPH_ERROR'],
      },
      withinMs: AT_ONCE_MS,
      span: { name: 'fetch loyalty', attributes: { 'tributary.error_count': 1 } },
      metric: fetches('errors'),
      log: { msg: 'masked an error', fields: { subgraph: 'loyalty' } },
    },
    {
      name: 'Errors that are not GraphQL errors',
      begin: saysBody(() => '{"data":null,"errors":["SECRET-OF-LOYALTY"]}'),
      ...broken(/errors that are not/),
    },
    {
      name: 'Text where numbers belong',
      begin: saysBody((text) => text.replaceAll(/("(?:points|pointsEarned)":)-?\d+/g, '$1"many"')),
      ...breaksSchema,
    },
    {
      name: '_entities one shorter than asked',
      begin: saysBody((text) => withEntities(text, (entities) => entities.slice(1))),
      ...breaksSchema,
    },
    {
      name: '_entities one longer than asked',
      begin: saysBody((text) => withEntities(text, (entities) => [...entities, entities[0]])),
      ...breaksSchema,
    },
    {
      name: '_entities is an object',
      begin: saysBody((text) => withEntities(text, (entities) => ({ ...entities }))),
      ...breaksSchema,
    },
    {
      name: '_entities are texts',
      begin: saysBody((text) => withEntities(text, (entities) => entities.map(() => 'SECRET-OF-LOYALTY'))),
      ...breaksSchema,
    },
    {
      name: 'Entities without what was asked of them',
      begin: saysBody((text) => withEntities(text, (entities) => entities.map(() => ({})))),
      ...breaksSchema,
    },
    {
      name: 'Entities of another type',
      begin: saysBody((text) =>
        withEntities(text, (entities) =>
          entities.map((entity) => ({ ...(entity as object), __typename: 'Warehouse' })),
        ),
      ),
      ...breaksSchema,
    },
    {
      name: 'Nested 10,000 levels deep',
      begin: saysBody(() => `{"data":{"_entities":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`),
      ...broken(/./),
    },
    {
      name: 'Invalid UTF-8',
      begin: saysBody((text) => Buffer.from(text.replace('"_entities"', '"_entit\xffies"'), 'latin1')),
      ...broken(/not JSON/),
    },
    { name: 'UTF-16', begin: saysBody((text) => Buffer.from(text, 'utf16le')), ...broken(/not JSON/) },
    { name: 'A byte order mark', begin: saysBody((text) => `\ufeff${text}`), ...nothingLost() },
    {
      name: 'The same key twice: the last one counts',
      begin: saysBody((text) => text.replace('{"data":', '{"data":null,"data":')),
      ...nothingLost(),
    },
  ],
};

// Private:

function withEntities(text: string, change: (entities: readonly unknown[]) => unknown): string {
  const answer = JSON.parse(text) as { data: { _entities: readonly unknown[] } };
  return JSON.stringify({ ...answer, data: { ...answer.data, _entities: change(answer.data._entities) } });
}
