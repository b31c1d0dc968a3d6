import { randomBytes } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '@tributary/database/testing';
import { testTelemetry } from '@tributary/telemetry/testing';
import type { CheckAnswer } from './contract/check.ts';
import type { SubgraphList } from './contract/subgraphs.ts';
import type { Role } from './domain/access.ts';
import { createToken, importAdminToken } from './operations/tokens.ts';
import { type RegistryServer, type RegistryServerOptions, startRegistryServer } from './server.ts';
import { addEnvironments } from './store/environments.ts';
import type { Tables } from './store/tables.ts';

export const MIGRATIONS = new URL('../migrations/', import.meta.url);

/** An empty registry database. */
export function openRegistryDatabase(): Promise<TestDatabase<Tables>> {
  return openTestDatabase<Tables>({ migrations: MIGRATIONS });
}

/** As REGISTRY_ADMIN_TOKEN takes it, another each time. */
export function newAdminToken(): string {
  return `trb_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface TestRegistry extends AsyncDisposable {
  readonly url: string;
  readonly database: Pick<TestDatabase<Tables>, 'db' | 'url'>;
  readonly logs: readonly Record<string, unknown>[];
  /** An admin's. */
  readonly token: string;
  newToken(
    role: Role,
    limits?: { subgraphs?: readonly string[]; environments?: readonly string[] },
  ): Promise<string>;
  /** As the admin unless another token is given; text that is no JSON comes as a string. */
  send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    init?: { token?: string | undefined; headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Answer<Body>>;
  /** An empty environment of a test's own: tests share a registry, as what was published is never taken away. */
  newEnvironment(): Promise<TestEnvironment>;
}

export interface TestEnvironment {
  readonly name: string;
  /** Such as `/v1/environments/test-3f`. */
  readonly path: string;
  publish<Body = Record<string, unknown>>(
    subgraph: string,
    sdl: string,
    more?: object,
  ): Promise<Answer<Body>>;
  check<Body = CheckAnswer>(subgraph: string, sdl: string, more?: object): Promise<Answer<Body>>;
  retire(subgraph: string, more?: object): Promise<Answer<Record<string, unknown>>>;
  supergraph(headers?: Record<string, string>, query?: string): Promise<Answer<string>>;
  list(): Promise<SubgraphList>;
}

export type TestRegistryOptions = Partial<Omit<RegistryServerOptions, 'db' | 'telemetry'>> & {
  /** One that others use too; not closed with the registry. */
  readonly database?: Pick<TestDatabase<Tables>, 'db' | 'url'>;
};

/** A registry on a database of its own, on a real port, with the environments dev, staging and production. */
export async function startTestRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  await using stack = new AsyncDisposableStack();
  const { database: shared, ...serverOptions } = options;
  const database = shared ?? stack.use(await openRegistryDatabase());
  const { db } = database;
  const token = newAdminToken();
  await addEnvironments(db, ['dev', 'staging', 'production'], new Date());
  const imported = await importAdminToken(db, token, new Date());
  const actor = { name: 'test', tokenId: null };
  const newToken: TestRegistry['newToken'] = async (role, { subgraphs = null, environments = null } = {}) =>
    (
      await createToken(
        db,
        { name: `test ${role}`, role, subgraphs, environments },
        { actor, at: new Date() },
      )
    ).token;
  const admin = imported === 'imported' ? token : await newToken('admin');

  const telemetry = testTelemetry('registry');
  const server: RegistryServer = stack.use(
    await startRegistryServer({ db, telemetry, host: '127.0.0.1', port: 0, ...serverOptions }),
  );
  const send: TestRegistry['send'] = async (method, path, body, init = {}) => {
    const bearer = 'token' in init ? init.token : admin;
    const response = await fetch(`${server.url}${path}`, {
      method,
      signal: init.signal ?? null,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...init.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const owned = stack.move();
  return {
    url: server.url,
    database,
    logs: telemetry.logs.lines,
    token: admin,
    newToken,
    send,
    async newEnvironment() {
      const name = `test-${randomBytes(6).toString('hex')}`;
      await addEnvironments(db, [name], new Date());
      return testEnvironment(name, send);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export function testEnvironment(name: string, send: TestRegistry['send']): TestEnvironment {
  const path = `/v1/environments/${name}`;
  const routingUrl = (subgraph: string) => `http://${subgraph}.test/graphql`;
  return {
    name,
    path,
    publish: (subgraph, sdl, more = {}) =>
      send('POST', `${path}/subgraphs/${subgraph}/revisions`, {
        sdl,
        routingUrl: routingUrl(subgraph),
        ...more,
      }),
    check: (subgraph, sdl, more = {}) =>
      send('POST', `${path}/subgraphs/${subgraph}/check`, { sdl, ...more }),
    retire: (subgraph, more = {}) => send('DELETE', `${path}/subgraphs/${subgraph}`, more),
    supergraph: (headers = {}, query = '') =>
      send('GET', `${path}/supergraph${query}`, undefined, { headers }),
    list: async () => (await send<SubgraphList>('GET', `${path}/subgraphs`)).body,
  };
}

/** Federation 2's head, before types. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@authenticated", "@interfaceObject", "@tag"])\n`;
