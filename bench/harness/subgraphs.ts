import { composeServices } from '@apollo/composition';
import type { Federation } from '../federations/federation.ts';
import { spawnUntil } from './spawn-until.ts';

export interface MemoisedSubgraphs extends AsyncDisposable {
  urlOf(subgraph: string): string;
  /** How many requests the subgraphs got so far, or that one alone. */
  countRequests(subgraph?: string): Promise<number>;
  /** How a subgraph answers from now on: bench/native/memo-server.c tells of each. */
  behave(subgraph: string, mode: Behaviour): Promise<void>;
  /** Drops the answers of other gateways, so that they cost no memory. */
  forget(): Promise<void>;
}

export type Behaviour = 'ok' | 'hang' | 'busy' | 'cut' | 'page' | 'reset' | 'slow';

/** One port for each subgraph, all of one process (bench/native/memo-server.c). */
export async function startMemoisedSubgraphs(
  binary: string,
  names: readonly string[],
  originPort: number,
): Promise<MemoisedSubgraphs> {
  const server = await spawnUntil({
    command: binary,
    arguments: [String(originPort), ...names],
    ready: new RegExp(names.map((name) => `${name} (\\d+)\n`).join('')),
  });
  const ports = new Map(names.map((name, index) => [name, server.match[index + 1]]));
  const portOf = (subgraph: string) => `http://127.0.0.1:${ports.get(subgraph)}`;
  const control = `http://127.0.0.1:${server.match[1]}`;
  return {
    urlOf: (subgraph) => `${portOf(subgraph)}/graphql`,
    countRequests: async (subgraph) => {
      const url = subgraph === undefined ? `${control}/requests` : `${portOf(subgraph)}/requests/own`;
      return Number(await (await fetch(url)).text());
    },
    behave: async (subgraph, mode) => {
      await (await fetch(`${portOf(subgraph)}/behave/${mode}`, { method: 'POST' })).text();
    },
    forget: async () => {
      await (await fetch(`${control}/forget`, { method: 'POST' })).text();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export function composeSupergraph(federation: Federation, urlOf: (subgraph: string) => string): string {
  const services = Object.entries(federation).map(([name, { typeDefs }]) => ({
    name,
    url: urlOf(name),
    typeDefs,
  }));
  const result = composeServices(services);
  if (result.supergraphSdl === undefined) throw new Error(String(result.errors));
  return result.supergraphSdl;
}
