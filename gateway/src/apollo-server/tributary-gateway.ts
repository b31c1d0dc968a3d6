import { createHash } from 'node:crypto';
import type { GraphQLDataSource, ServiceEndpointDefinition, SupergraphManager } from '@apollo/gateway';
import { Registry } from '@tributary/telemetry';
import type { GraphQLSchema } from 'graphql';
import { createEngine, type EngineOptions } from '../execute/index.ts';
import { createSubgraphClients, SubgraphStates } from '../traffic/index.ts';
import { createConsoleLogger, toEngineLogger } from './apollo-logger.ts';
import type {
  ApolloLogger,
  GatewayExecutor,
  GatewayInterface,
  GatewayLoadOptions,
  GatewayLoadResult,
  SchemaListener,
} from './apollo-types.ts';
import { checkHealth, type HealthAnswer } from './check-health.ts';
import { createDataSourceClients } from './data-source-client.ts';
import { createDataSources, type DataSources } from './data-sources.ts';
import { createExecutor } from './executor.ts';
import { listSubgraphs } from './list-subgraphs.ts';
import { createOperationChecks } from './operation-checks.ts';
import { assertSupported, ignoredOptions, readPolicy, type TributaryGatewayOptions } from './options.ts';
import { type ServedSupergraph, ServedSupergraphs } from './served-supergraphs.ts';

type Phase = 'initialized' | 'loading' | 'loaded' | 'failed to load' | 'stopping' | 'stopped';

/**
 * Tributary's engine in place of ApolloGateway: `new ApolloServer({ gateway: new TributaryGateway({ supergraphSdl }) })`.
 * Takes its options and keeps its life-cycle: load, updates (requests that run end on the supergraph they began with), stop.
 */
export class TributaryGateway implements GatewayInterface {
  readonly executor: GatewayExecutor;
  readonly #options: TributaryGatewayOptions;
  readonly #logger: ApolloLogger;
  readonly #engineOptions: EngineOptions;
  readonly #dataSources: DataSources;
  readonly #served = new ServedSupergraphs();
  readonly #listeners = new Set<SchemaListener>();
  #phase: Phase = 'initialized';
  #cleanUp: (() => Promise<void>) | undefined;
  /** One text after the other: two that overtake each other would leave the older one current. */
  #lastUpdate: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  /** @throws Error for options that it does not take, with what to use instead. */
  constructor(options: TributaryGatewayOptions) {
    assertSupported(options);
    const { buildService, logger = createConsoleLogger(options.debug ?? false) } = options;
    const { traffic, headers, planning, execution } = readPolicy(options);
    this.#options = options;
    this.#logger = logger;
    const engineLogger = toEngineLogger(logger);
    const registry = new Registry();
    const states = new SubgraphStates(engineLogger, registry);
    const transport = { traffic, states, logger: engineLogger, registry, signer: undefined };
    const createClient = createSubgraphClients(transport);
    this.#dataSources = createDataSources(buildService, createClient);
    this.#engineOptions = {
      createSubgraphClient: buildService
        ? createDataSourceClients(this.#dataSources, traffic.timeoutMs)
        : createClient,
      planning,
      execution,
      logger: engineLogger,
    };
    this.executor = createExecutor({
      served: this.#served,
      requestTimeoutMs: traffic.requestTimeoutMs,
      exposesPlans: options.__exposeQueryPlanExperimental ?? false,
      forwardedHeaders: headers.forward,
    });
    for (const name of ignoredOptions(options)) {
      logger.warn(`TributaryGateway has no use for the option ${name} and ignores it`);
    }
  }

  /** The API schema, once it is loaded. */
  get schema(): GraphQLSchema | undefined {
    return this.#served.current?.engine.schema;
  }

  /** Rejects when the supergraph cannot be had or is none; whatever was started for it has then ended. */
  async load(_options?: GatewayLoadOptions): Promise<GatewayLoadResult> {
    if (this.#phase !== 'initialized') {
      throw new Error(`TributaryGateway.load called in surprising state ${this.#phase}`);
    }
    this.#phase = 'loading';
    try {
      const { supergraphSdl, cleanup } = await this.#manager().initialize({
        update: (text) => this.#update(text),
        healthCheck: (text) => this.#checkHealth(text),
        getDataSource: (definition) => this.#getDataSource(definition),
      });
      this.#cleanUp = cleanup;
      await this.#enqueue(supergraphSdl);
    } catch (error) {
      this.#phase = 'failed to load';
      await this.#dispose();
      throw error;
    }
    if (this.#phase !== 'loading') throw new Error('TributaryGateway was stopped while it was loading');
    this.#phase = 'loaded';
    return { executor: this.executor };
  }

  /** Called with the schema of each supergraph from now on, the first one within load(). */
  onSchemaLoadOrUpdate(listener: SchemaListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Asks every subgraph of the supergraph that is served. Rejects with the name of one that does not answer. */
  async serviceHealthCheck(): Promise<HealthAnswer[]> {
    const { current } = this.#served;
    return current === undefined ? [] : checkHealth(listSubgraphs(current.supergraphSdl), this.#dataSources);
  }

  /** Takes no update any more, waits for the requests that run, and ends everything. */
  async stop(): Promise<void> {
    if (this.#phase === 'initialized' || this.#phase === 'failed to load') return;
    this.#stopped ??= this.#stop();
    await this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#phase = 'stopping';
    await this.#dispose();
    this.#phase = 'stopped';
  }

  async #dispose(): Promise<void> {
    const cleanUp = this.#cleanUp;
    this.#cleanUp = undefined;
    try {
      await cleanUp?.();
    } catch (error) {
      this.#logger.error(
        `Error occured while calling user provided \`cleanup\` function: ${messageOf(error)}`,
      );
    }
    await this.#lastUpdate;
    await this.#served[Symbol.asyncDispose]();
    await this.#dataSources[Symbol.asyncDispose]();
  }

  #manager(): SupergraphManager {
    const { supergraphSdl } = this.#options;
    if (typeof supergraphSdl === 'object') return supergraphSdl;
    if (typeof supergraphSdl === 'function') return { initialize: supergraphSdl };
    return { initialize: async () => ({ supergraphSdl }) };
  }

  #getDataSource(definition: ServiceEndpointDefinition): GraphQLDataSource {
    return this.#dataSources.get(definition);
  }

  async #checkHealth(supergraphSdl: string): Promise<void> {
    try {
      await checkHealth(listSubgraphs(supergraphSdl), this.#dataSources);
    } catch (cause) {
      throw new Error(
        'The gateway subgraphs health check failed. Updating to the provided `supergraphSdl` will likely result in ' +
          `future request failures to subgraphs. The following error occurred during the health check:\n${messageOf(cause)}`,
        { cause },
      );
    }
  }

  /**
   * Planning has a thread of its own, so a supergraph is not there at once. Throws where it can take none; the promise
   * says what became of this one, and may be left alone.
   */
  #update(supergraphSdl: string): Promise<void> {
    const update = this.#enqueue(supergraphSdl);
    update.catch((error) => {
      const stays = this.#served.current ? ', the one before it stays' : '';
      this.#logger.error(`A supergraph was refused${stays}: ${messageOf(error)}`);
    });
    return update;
  }

  #enqueue(supergraphSdl: string): Promise<void> {
    if (this.#phase !== 'loading' && this.#phase !== 'loaded') {
      throw new Error(`Can't call \`update\` callback while the gateway is ${this.#phase}.`);
    }
    const update = this.#lastUpdate.then(() => this.#apply(supergraphSdl));
    this.#lastUpdate = update.catch(() => {});
    return update;
  }

  async #apply(supergraphSdl: string): Promise<void> {
    if (this.#phase !== 'loading' && this.#phase !== 'loaded') return;
    if (!supergraphSdl) throw new Error('The supergraph is empty');
    const id = createHash('sha256').update(supergraphSdl).digest('hex');
    const previous = this.#served.current;
    if (previous?.id === id) return;
    if (this.#options.serviceHealthCheck) await this.#checkHealth(supergraphSdl);
    const engine = await createEngine(supergraphSdl, this.#engineOptions);
    const checks = createOperationChecks(engine.schema, this.#engineOptions.planning);
    const supergraph = { id, supergraphSdl, engine, checks };
    this.#served.swap(supergraph);
    await this.#dataSources.keep(listSubgraphs(supergraphSdl));
    this.#notify(supergraph, previous);
  }

  #notify(supergraph: ServedSupergraph, previous: ServedSupergraph | undefined): void {
    const { engine, supergraphSdl } = supergraph;
    for (const listener of this.#listeners) {
      this.#tell("an 'onSchemaLoadOrUpdate' listener", () =>
        listener({ apiSchema: engine.schema, coreSupergraphSdl: supergraphSdl }),
      );
    }
    this.#tell("'experimental_didUpdateSupergraph'", () =>
      this.#options.experimental_didUpdateSupergraph?.(
        toCompositionInfo(supergraph),
        previous && toCompositionInfo(previous),
      ),
    );
  }

  #tell(whom: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#logger.error(
        `An error was thrown from ${whom}. The schema will still update: ${messageOf(error)}`,
      );
    }
  }
}

// Private:

function toCompositionInfo({ id, supergraphSdl, engine }: ServedSupergraph) {
  return { compositionId: id, supergraphSdl, schema: engine.schema };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
