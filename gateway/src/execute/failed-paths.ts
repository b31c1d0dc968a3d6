import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  valueFromASTUntyped,
} from 'graphql';
import type { ExecutionRequest } from './engine.ts';
import { fieldsOf, namesBelow, type SelectionContext } from './selected-names.ts';

/** What a fetch asked a subgraph for. */
export interface AskedFetch {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly path: readonly string[];
}

/** A list of thousands of entities must not turn one fault into megabytes of errors. */
const MAX_FAILED_PATHS = 1000;

/**
 * The places that stay null when a whole fetch fails, as paths inside the subgraph's own response (`_entities`
 * first for an entity fetch): one for each field that the client asked for, of each entity. Where the fetch only
 * brought what another needs, the entity itself is the place.
 */
export function failedPaths(
  fetch: AskedFetch,
  client: Pick<ExecutionRequest, 'document' | 'operation' | 'variables'>,
): readonly (readonly (string | number)[])[] {
  const document = parse(fetch.query, { noLocation: true });
  const root = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (root === undefined) return [[]];
  const context = contextOf(document, root, fetch.variables);

  const asked = namesBelow(
    client.operation.selectionSet,
    fetch.path,
    contextOf(client.document, client.operation, client.variables),
  );
  const keepAsked = (names: Iterable<string>) => [...names].filter((name) => asked.has(name));
  const rootFields = fieldsOf([root.selectionSet], context);
  const entities = rootFields.get('_entities')?.[0]?.selectionSet;
  const { representations } = fetch.variables;
  if (entities === undefined || !Array.isArray(representations)) {
    return keepAsked(rootFields.keys()).map((name) => [name]);
  }

  const namesByType = new Map<string, readonly string[]>();
  const namesOf = (type: string): readonly string[] => {
    const known = namesByType.get(type);
    if (known) return known;
    const own = fieldsOf([entities], context, (condition) => condition === type);
    // A condition on an interface does not carry the name of the entity's own type.
    const names = keepAsked((own.size > 0 ? own : fieldsOf([entities], context)).keys());
    namesByType.set(type, names);
    return names;
  };

  const paths: (string | number)[][] = [];
  for (const [index, representation] of representations.entries()) {
    const names = namesOf(String((representation as { __typename?: unknown }).__typename));
    if (names.length === 0) paths.push(['_entities', index]);
    for (const name of names) paths.push(['_entities', index, name]);
    if (paths.length >= MAX_FAILED_PATHS) break;
  }
  return paths.slice(0, MAX_FAILED_PATHS);
}

function contextOf(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): SelectionContext {
  const fragments = document.definitions.filter(
    (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  );
  return {
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables: { ...Object.fromEntries(defaults), ...variables },
  };
}
