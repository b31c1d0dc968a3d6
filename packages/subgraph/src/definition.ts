import type { Deadline } from '@tributary/deadline';
import type { Identity } from '@tributary/identity';
import type { DocumentNode } from 'graphql';
import type { SubgraphResolvers } from './schema.ts';

/** What a service says of one request to its resolvers. */
export interface SubgraphRequest {
  readonly identity: Identity;
  /**
   * When the work for it has to end, and the signal that says so, also when the caller goes away. SQL finds it by
   * itself (`currentDeadline`); it is here for whatever else takes a signal.
   */
  readonly deadline: Deadline;
}

/** A subgraph without a network: what a server serves and what a test executes. */
export interface SubgraphDefinition<Context extends object> {
  /** The name the gateway knows it by, and the audience of assertions made for it. */
  readonly name: string;
  readonly typeDefs: DocumentNode | string;
  readonly resolvers: SubgraphResolvers<Context>;
  /** Once a request, in its async context: the place to make its loaders. */
  readonly createContext: (request: SubgraphRequest) => Context | Promise<Context>;
}
