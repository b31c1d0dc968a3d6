import type { ApolloServer } from '@apollo/server';
import { createDeadline, currentDeadline } from '@tributary/deadline';
import { IDENTITY_HEADER, type Identity, type IdentitySigner } from '@tributary/identity';
import { createLogger } from '@tributary/telemetry';
import type { GraphQLFormattedError } from 'graphql';
import { createApolloServer } from './apollo.ts';
import type { SubgraphDefinition } from './definition.ts';
import { createErrorFormatter } from './error-formatter.ts';
import { buildSchema } from './schema.ts';

export const SIGNED_OUT: Identity = { subject: null, roles: [] };

export function signedIn(subject: string, ...roles: readonly string[]): Identity {
  return { subject, roles };
}

export interface Answer<Data> {
  readonly data: Data | null;
  readonly errors: readonly GraphQLFormattedError[];
}

/**
 * Executes an operation, `_entities` included, as the server would, with the same validation and masking, but without
 * a network, within the deadline of the test if it has one. `Data` is the caller's word for the shape of the answer.
 */
export async function executeAs<Data = Record<string, unknown>, Context extends object = object>(
  definition: SubgraphDefinition<Context>,
  identity: Identity,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer<Data>> {
  const apollo = apolloOf(definition);
  const deadline = currentDeadline() ?? createDeadline();
  const contextValue = await definition.createContext({ identity, deadline });
  const { body } = await apollo.executeOperation({ query, variables }, { contextValue });
  if (body.kind !== 'single') throw new Error('Incremental delivery is not part of this project');
  const { data, errors = [] } = body.singleResult;
  return { data: (data ?? null) as Data | null, errors };
}

const apollos = new WeakMap<object, unknown>();

/** Building a schema costs more than a test: each definition has its own server, which opens nothing. */
function apolloOf<Context extends object>(definition: SubgraphDefinition<Context>): ApolloServer<Context> {
  const known = apollos.get(definition);
  // The map is filled below with the server made from this very definition.
  if (known !== undefined) return known as ApolloServer<Context>;
  const logger = createLogger({ name: definition.name, level: 'silent' });
  const apollo = createApolloServer<Context>({
    schema: buildSchema(definition.typeDefs, definition.resolvers),
    formatError: createErrorFormatter({ logger }),
    logger,
    introspection: true,
  });
  apollos.set(definition, apollo);
  return apollo;
}

export interface GraphQLRequestBody {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

export interface HttpAnswer<Data> extends Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
}

/** Posts to a running subgraph as the gateway would. `audience` is the subgraph's name. */
export async function postAs<Data = Record<string, unknown>>(
  url: string,
  signer: IdentitySigner,
  identity: Identity,
  body: GraphQLRequestBody,
  { audience = 'test', headers = {} }: { audience?: string; headers?: Record<string, string> } = {},
): Promise<HttpAnswer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [IDENTITY_HEADER]: await signer.sign(identity, audience),
      ...headers,
    },
    body: JSON.stringify(body),
  });
  // A subgraph's answer, as the test that reads it will find out.
  const answer = (await response.json()) as { data?: Data | null; errors?: readonly GraphQLFormattedError[] };
  return {
    status: response.status,
    headers: response.headers,
    data: answer.data ?? null,
    errors: answer.errors ?? [],
  };
}
