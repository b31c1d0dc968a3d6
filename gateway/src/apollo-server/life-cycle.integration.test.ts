import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SupergraphSdlHook } from '@apollo/gateway';
import { describe, expect, it, vi } from 'vitest';
import { type Behaviour, compose, LIBRARY, startLibrary } from '../testing/index.ts';
import { TributaryGateway, type TributaryGatewayOptions } from './index.ts';
import { answers } from './testing/behaviours.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import { startApolloServer } from './testing/start-apollo-server.ts';

describe('onSchemaLoadOrUpdate', () => {
  it('calls with each supergraph until it is taken back, the first time within load', async () => {
    const { gateway, update, texts } = createUpdatableGateway();
    const listener = vi.fn();
    const unsubscribe = gateway.onSchemaLoadOrUpdate(listener);
    await gateway.load({ apollo: {} });
    expect(listener).toHaveBeenCalledExactlyOnceWith({
      apiSchema: gateway.schema,
      coreSupergraphSdl: texts.first,
    });
    await update(texts.first);
    expect(listener).toHaveBeenCalledTimes(1);
    await update(texts.second);
    expect(listener).toHaveBeenLastCalledWith({ apiSchema: gateway.schema, coreSupergraphSdl: texts.second });
    unsubscribe();
    await update(texts.first);
    expect(listener).toHaveBeenCalledTimes(2);
    await gateway.stop();
  });

  it('goes on where a listener throws, and tells the log', async () => {
    const logger = createRecordingLogger();
    const { gateway } = createUpdatableGateway({ logger });
    const listener = vi.fn();
    gateway.onSchemaLoadOrUpdate(() => {
      throw new Error('listener is broken');
    });
    gateway.onSchemaLoadOrUpdate(listener);
    await gateway.load({ apollo: {} });
    expect(listener).toHaveBeenCalledOnce();
    expect(logger.lines).toEqual([expect.stringContaining('listener is broken')]);
    await gateway.stop();
  });
});

it('tells experimental_didUpdateSupergraph what serves, and what did before', async () => {
  const didUpdate = vi.fn();
  const { gateway, update, texts } = createUpdatableGateway({ experimental_didUpdateSupergraph: didUpdate });
  await gateway.load({ apollo: {} });
  await update(texts.second);
  const [first, second] = [texts.first, texts.second].map((supergraphSdl) =>
    expect.objectContaining({ supergraphSdl, compositionId: expect.stringMatching(/^[0-9a-f]{64}$/) }),
  );
  expect(didUpdate.mock.calls).toEqual([
    [first, undefined],
    [second, first],
  ]);
  await gateway.stop();
});

it('serves the last of several updates, in whatever time each of them is ready', async () => {
  const { gateway, update, texts } = createUpdatableGateway();
  const served: unknown[] = [];
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => served.push(coreSupergraphSdl));
  await gateway.load({ apollo: {} });
  await Promise.all([update(texts.second), update(texts.first), update(texts.second)]);
  expect(served).toEqual([texts.first, texts.second, texts.first, texts.second]);
  await gateway.stop();
});

it('ends a request on the supergraph that it began with', async () => {
  await using library = await startLibrary();
  const { gateway, update, texts } = createUpdatableGateway({}, (name) => library.subgraphs[name].url);
  await using server = await startApolloServer({ gateway });
  const held = Promise.withResolvers<() => void>();
  library.subgraphs.readers.behave((request, response) => {
    const release = answers({ data: { viewer: { __typename: 'Reader', id: '1' } } });
    held.resolve(() => release(request, response));
  });
  const answer = server.ask('{ viewer { loans { fine } } }');
  const release = await held.promise;
  await update(texts.second);
  expect(await server.ask('{ viewer { balance } }')).toMatchObject({ status: 400 });
  release();
  expect(await answer).toMatchObject({
    status: 200,
    data: { viewer: { loans: [{ fine: 5 }, { fine: 5 }] } },
  });
});

describe('load', () => {
  it('is done once', async () => {
    const { gateway } = createUpdatableGateway();
    await gateway.load({ apollo: {} });
    await expect(gateway.load({ apollo: {} })).rejects.toThrow('surprising state loaded');
    await gateway.stop();
  });
});

describe('stop', () => {
  it('ends everything: the process is done', async () => {
    await using library = await startLibrary();
    await using folder = await mkdtempDisposable(join(tmpdir(), 'tributary-stop-'));
    const SUPERGRAPH = join(folder.path, 'supergraph.graphql');
    await writeFile(SUPERGRAPH, library.supergraphSdl);
    const program = fileURLToPath(new URL('./testing/load-ask-stop.ts', import.meta.url));
    const env = { ...process.env, SUPERGRAPH };
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env, timeout: 20_000 });
    expect(JSON.parse(stdout)).toMatchObject({ readers: [{ balance: 12 }, { balance: 12 }] });
  });

  it('waits for the requests that run', async () => {
    await using library = await startLibrary();
    const { gateway } = createUpdatableGateway({}, (name) => library.subgraphs[name].url);
    const server = await startApolloServer({ gateway });
    const held = Promise.withResolvers<Parameters<Behaviour>>();
    library.subgraphs.loans.behave((...exchange) => held.resolve(exchange));
    const answer = server.ask('{ loanCount }');
    const exchange = await held.promise;
    const stopped = server[Symbol.asyncDispose]();
    answers({ data: { loanCount: 7 } })(...exchange);
    expect(await answer).toMatchObject({ data: { loanCount: 7 } });
    await stopped;
  });

  it('may come twice, and before load', async () => {
    const { gateway } = createUpdatableGateway();
    await gateway.stop();
    await gateway.load({ apollo: {} });
    await Promise.all([gateway.stop(), gateway.stop()]);
    await gateway.stop();
  });

  it('during load makes load reject, and cleans the manager up', async () => {
    const cleanup = vi.fn(async () => {});
    const begun = Promise.withResolvers<void>();
    const text = Promise.withResolvers<string>();
    const gateway = new TributaryGateway({
      supergraphSdl: async () => {
        begun.resolve();
        return { supergraphSdl: await text.promise, cleanup };
      },
    });
    const loading = gateway.load({ apollo: {} });
    await begun.promise;
    const stopping = gateway.stop();
    text.resolve(compose(LIBRARY, () => 'http://127.0.0.1:9'));
    await expect(loading).rejects.toThrow('stop');
    await stopping;
    expect(cleanup).toHaveBeenCalledOnce();
  });

  it('takes no update any more, and tells the manager so', async () => {
    const { gateway, update, texts } = createUpdatableGateway();
    await gateway.load({ apollo: {} });
    await gateway.stop();
    expect(() => update(texts.second)).toThrow("Can't call `update` callback while the gateway is stopped");
  });
});

/** Serves `first`; `second` lacks a field. */
function createUpdatableGateway(
  options: Partial<TributaryGatewayOptions> = {},
  urlOf: (name: keyof typeof LIBRARY) => string = () => 'http://127.0.0.1:9',
) {
  const { fines, ...others } = LIBRARY;
  const texts = {
    first: compose({ ...others, fines }, urlOf),
    second: compose(others, (name) => urlOf(name)),
  };
  let hooks!: Parameters<SupergraphSdlHook>[0];
  const supergraphSdl: SupergraphSdlHook = async (given) => {
    hooks = given;
    return { supergraphSdl: texts.first };
  };
  const gateway = new TributaryGateway({ supergraphSdl, ...options });
  return { gateway, texts, update: (text: string) => hooks.update(text) };
}
