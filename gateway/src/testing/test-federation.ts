import { composeServices } from '@apollo/composition';
import { LIBRARY } from './library.ts';
import { type SubgraphModule, startTestSubgraph, type TestSubgraph } from './test-subgraph.ts';

export interface TestFederation<Name extends string> extends AsyncDisposable {
  readonly subgraphs: Readonly<Record<Name, TestSubgraph>>;
  readonly supergraphSdl: string;
}

/** Real subgraphs on free ports and the supergraph that names them. */
export async function startTestFederation<Name extends string>(
  modules: Readonly<Record<Name, SubgraphModule>>,
): Promise<TestFederation<Name>> {
  const stack = new AsyncDisposableStack();
  const started: [Name, TestSubgraph][] = [];
  for (const name of Object.keys(modules) as Name[]) {
    started.push([name, stack.use(await startTestSubgraph(modules[name]))]);
  }
  const subgraphs = Object.fromEntries(started) as Record<Name, TestSubgraph>;
  return {
    subgraphs,
    supergraphSdl: compose(modules, (name) => subgraphs[name].url),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

export function startLibrary() {
  return startTestFederation(LIBRARY);
}

export function compose<Name extends string>(
  modules: Readonly<Record<Name, SubgraphModule>>,
  urlOf: (name: Name) => string,
): string {
  const names = Object.keys(modules) as Name[];
  const result = composeServices(
    names.map((name) => ({ name, url: urlOf(name), typeDefs: modules[name].typeDefs })),
  );
  if (result.supergraphSdl === undefined) throw new Error(String(result.errors));
  return result.supergraphSdl;
}
