import { type DocumentNode, Kind, parse, type SelectionSetNode } from 'graphql';

const ROOT_TYPES = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };

/**
 * What a fetch asks its subgraph for, as a schema coordinate: the first root field (`Query.me`), or the first field of the first
 * entity (`User.orders`). Undefined where it asks for nothing but `__typename`. It parses the text: not for the way of each fetch.
 */
export function firstAsked(query: string): string | undefined {
  const document = parse(query, { noLocation: true });
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  // The planner writes one in each text.
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  return firstIn(operation.selectionSet, ROOT_TYPES[operation.operation], document);
}

// Private:

function firstIn({ selections }: SelectionSetNode, type: string, document: DocumentNode): string | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const { value: name } = selection.name;
      if (name === '__typename') continue;
      if (name !== '_entities' || !selection.selectionSet) return `${type}.${name}`;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragmentOf(selection.name.value, document) : selection;
    if (!fragment?.selectionSet) continue;
    const condition = 'typeCondition' in fragment ? fragment.typeCondition?.name.value : undefined;
    const found = firstIn(fragment.selectionSet, condition ?? type, document);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fragmentOf(name: string, { definitions }: DocumentNode) {
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) return definition;
  }
  return undefined;
}
