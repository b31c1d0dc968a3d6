import { setTimeout as sleep } from 'node:timers/promises';
import { TributaryError } from '@tributary/errors';
import { type TestIdentity, testIdentity } from '@tributary/identity/testing';
import { testTelemetry } from '@tributary/telemetry/testing';
import { GraphQLError } from 'graphql';
import { type BatchLoader, createBatchLoader } from './batch-loader.ts';
import type { SubgraphDefinition } from './definition.ts';
import { type Subgraph, type SubgraphOptions, startSubgraph } from './start-subgraph.ts';

export interface BookContext {
  readonly signal: AbortSignal;
  readonly titles: BatchLoader<string, string>;
}

export interface BookService {
  readonly definition: SubgraphDefinition<BookContext>;
  /** How many resolvers of root fields and references have run. */
  readonly resolverRuns: () => number;
  /** What `Query.slow` waits for, and the signal of the request that asked for it. */
  readonly slow: { readonly started: Promise<AbortSignal>; readonly finish: () => void };
}

const TYPE_DEFS = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])
  type Query { book(id: ID!): Book  books(count: Int!): [Book!]!  unknown: Int  coded: Int  wrongType: Int  customCode: Int  slow: String }
  type Book @key(fields: "id") { id: ID!  title: String }
`;

/** A subgraph with one entity and one field for each way to fail. */
export function bookService(): BookService {
  let runs = 0;
  const started = Promise.withResolvers<AbortSignal>();
  const finished = Promise.withResolvers<void>();
  const failure = new Error('connection to db-7.internal as "books" failed');
  const count = <A extends readonly unknown[], R>(resolve: (...args: A) => R) => {
    return (...args: A): R => {
      runs += 1;
      return resolve(...args);
    };
  };

  const definition: SubgraphDefinition<BookContext> = {
    name: 'books',
    typeDefs: TYPE_DEFS,
    resolvers: {
      Query: {
        book: count((_: unknown, { id }: { id: string }) => ({ id })),
        books: count((_: unknown, { count: length }: { count: number }) =>
          Array.from({ length }, (_item, index) => ({ id: String(index) })),
        ),
        unknown: count(() => {
          throw failure;
        }),
        coded: count(() => {
          throw new TributaryError('FORBIDDEN', 'Not for you', { extensions: { shelf: 'top' } });
        }),
        wrongType: count(() => 'mia@example.com'),
        customCode: count(() => {
          throw new GraphQLError('Library closed', { extensions: { code: 'LIBRARY_CLOSED' } });
        }),
        slow: count(async (_: unknown, _args: unknown, { signal }: BookContext) => {
          started.resolve(signal);
          await finished.promise;
          return 'done';
        }),
      },
      Book: {
        __resolveReference: count(({ id }: { id: string }) => {
          if (id === 'torn') throw failure;
          return id === 'missing' ? null : { id };
        }),
        title: ({ id }: { id: string }, _args: unknown, { titles }: BookContext) => titles.load(id),
      },
    },
    createContext: ({ deadline: { signal } }) => ({
      signal,
      titles: createBatchLoader('titles', async (ids: readonly string[]) => {
        await sleep(0);
        return new Map(ids.map((id) => [id, `Title ${id}`]));
      }),
    }),
  };
  return {
    definition,
    resolverRuns: () => runs,
    slow: { started: started.promise, finish: () => finished.resolve() },
  };
}

export interface RunningBooks extends AsyncDisposable, BookService, Pick<TestIdentity, 'keys' | 'signer'> {
  readonly url: string;
  readonly subgraph: Subgraph;
  readonly telemetry: ReturnType<typeof testTelemetry>;
}

/** The book service on a free port, with the keys of the gateway it trusts. */
export async function startBooks(options: Partial<SubgraphOptions<BookContext>> = {}): Promise<RunningBooks> {
  const service = bookService();
  const { keys, signer, verifier } = await testIdentity({ audience: 'books' });
  const telemetry = testTelemetry('books');
  const subgraph = await startSubgraph({
    ...service.definition,
    verifier,
    telemetry,
    host: '127.0.0.1',
    port: 0,
    production: false,
    ...options,
  });
  return {
    ...service,
    keys,
    signer,
    telemetry,
    subgraph,
    url: subgraph.url,
    [Symbol.asyncDispose]: () => subgraph[Symbol.asyncDispose](),
  };
}
