import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql';

/**
 * Whether an operation asks for a field of the objects at one path where those are of one type around it and not where they are of another.
 * A plan knows paths only, and asks for it everywhere.
 */
export function isAskedForSome(field: string, document: DocumentNode): boolean {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  return document.definitions.some(
    (node) => node.kind === Kind.OPERATION_DEFINITION && isSplitIn([node.selectionSet]),
  );

  function isSplitIn(sets: readonly SelectionSetNode[]): boolean {
    const byName = Map.groupBy(
      sets.flatMap((set) => selected(set, '')),
      ({ node }) => node.alias?.value ?? node.name.value,
    );
    return byName.values().some((places) => {
      const below = places.flatMap(({ node }) => node.selectionSet ?? []);
      const types = new Set(places.map(({ type }) => type));
      return (types.size > 1 && below.some(mentions)) || (below.length > 0 && isSplitIn(below));
    });
  }

  /** The fields of a set with the innermost type that its fragments ask for. */
  function selected(set: SelectionSetNode, type: string): { node: FieldNode; type: string }[] {
    return set.selections.flatMap((node) => {
      if (node.kind === Kind.FIELD) return [{ node, type }];
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      return fragment ? selected(fragment.selectionSet, fragment.typeCondition?.name.value ?? type) : [];
    });
  }

  function mentions(set: SelectionSetNode): boolean {
    return selected(set, '').some(
      ({ node }) =>
        node.name.value === field || (node.selectionSet !== undefined && mentions(node.selectionSet)),
    );
  }
}
