import { parse } from 'graphql';
import type { FetchNode, RequiredSelection } from './query-plan.ts';

const known = new WeakMap<FetchNode, readonly string[]>();
const ROOT_TYPES = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };

/**
 * What a fetch asks its subgraph for, as schema coordinates: root fields (`Query.me`), or the types of the entities
 * (`User`). Root types have their usual names here, whatever the schema calls them.
 */
export function targetsOf(fetch: FetchNode): readonly string[] {
  let targets = known.get(fetch);
  if (targets === undefined) {
    targets = fetch.requires ? entityTypes(fetch.requires) : rootFields(fetch);
    known.set(fetch, targets);
  }
  return targets;
}

// Private:

function entityTypes(requires: readonly RequiredSelection[]): readonly string[] {
  const types = requires.map((selection) =>
    selection.kind === 'InlineFragment' ? selection.typeCondition : undefined,
  );
  return [...new Set(types.filter((type) => type !== undefined))];
}

function rootFields({ operation, operationKind }: FetchNode): readonly string[] {
  const names = new Set<string>();
  for (const definition of parse(operation, { noLocation: true }).definitions) {
    if (definition.kind !== 'OperationDefinition') continue;
    // The planner writes no fragment at the root of a fetch.
    for (const selection of definition.selectionSet.selections) {
      if (selection.kind === 'Field') names.add(`${ROOT_TYPES[operationKind]}.${selection.name.value}`);
    }
  }
  return [...names];
}
