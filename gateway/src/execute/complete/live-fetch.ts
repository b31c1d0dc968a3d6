import { TributaryError } from '@tributary/errors';
import { targetsOf } from '../../plan/index.ts';
import {
  type Caller,
  type EntitiesPart,
  type EntitiesRequest,
  judgeErrors,
  type Lifetime,
  markOf,
  parseResponse,
  type RequestReport,
  type SubgraphClient,
  toByteText,
} from '../../subgraph/index.ts';
import type { FetchFromSubgraph } from './fetch-from-subgraph.ts';

export interface LiveFetchOptions {
  /** By the subgraph's name. */
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly caller: Caller;
  readonly lifetime: Lifetime;
  readonly report: RequestReport;
}

type Variables = Parameters<FetchFromSubgraph>[1];

/** Fetches from the subgraphs themselves, for one operation of a client. */
export function createLiveFetch({ clients, caller, lifetime, report }: LiveFetchOptions): FetchFromSubgraph {
  return async (fetch, variables, path) => {
    const { serviceName, operation: query, operationName, operationKind, requires } = fetch;
    const client = clients.get(serviceName);
    if (client === undefined) {
      throw new TributaryError('SUBGRAPH_UNAVAILABLE', `The subgraph ${serviceName} has no client`);
    }
    if (operationKind === 'subscription') throw new TypeError('A subscription is no fetch');
    const bodyWith = (values: Variables) =>
      toByteText(JSON.stringify({ query, operationName, variables: values }));
    const body = bodyWith(variables);
    return client.send({
      body,
      mark: markOf(body),
      query,
      operationName,
      operationKind,
      targets: targetsOf(fetch),
      ...(requires && { entities: new RepresentedEntities(variables, bodyWith) }),
      path,
      caller,
      lifetime,
      report,
      read: (response) => {
        const value = parseResponse(serviceName, response);
        return { value, ...judgeErrors(value) };
      },
    });
  };
}

class RepresentedEntities implements EntitiesRequest {
  readonly #variables: Variables;
  readonly #bodyWith: (variables: Variables) => string;

  constructor(variables: Variables, bodyWith: (variables: Variables) => string) {
    this.#variables = variables;
    this.#bodyWith = bodyWith;
  }

  get parts(): readonly EntitiesPart[] {
    // The executor has put them there as objects, each once.
    const representations = this.#variables.representations as readonly object[];
    return [
      {
        dataKey: '_entities',
        representations: representations.map((each) => toByteText(JSON.stringify(each))),
      },
    ];
  }

  bodyFor([texts = []]: readonly (readonly string[])[]): string {
    const byText = new Map(this.parts[0]?.representations.map((text, index) => [text, index]));
    const all = this.#variables.representations as readonly object[];
    const representations = texts.map((text) => all[byText.get(text) ?? -1]);
    return this.#bodyWith({ ...this.#variables, representations });
  }
}
