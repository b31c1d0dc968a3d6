import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/**
 * The path of a fetch as the client sees it. Plans hold some fields under names of their own, which end in the
 * client's; below what the client has not asked for it is the nearest place that it has.
 */
export function toClientPath(
  path: readonly string[],
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly string[] {
  const found: string[] = [];
  let sets: readonly SelectionSetNode[] = [operation.selectionSet];
  for (const part of path) {
    // The planner may say behind a bar for which types a step is.
    const [step = ''] = part.split('|', 1);
    if (step === '@') {
      found.push(step);
      continue;
    }
    const field = fieldOf(step, sets, document);
    if (field === undefined) break;
    found.push(field.name);
    sets = field.sets;
  }
  return found;
}

// Private:

interface Found {
  readonly name: string;
  readonly sets: readonly SelectionSetNode[];
}

function fieldOf(step: string, sets: readonly SelectionSetNode[], document: DocumentNode): Found | undefined {
  const byName = new Map<string, SelectionSetNode[]>();
  for (const set of sets) collect(set, document, byName, new Set());
  const exact = byName.get(step);
  if (exact !== undefined) return { name: step, sets: exact };
  for (const [name, below] of byName) if (step.endsWith(`_${name}`)) return { name, sets: below };
  return undefined;
}

function collect(
  { selections }: SelectionSetNode,
  document: DocumentNode,
  byName: Map<string, SelectionSetNode[]>,
  visited: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      const below = selection.selectionSet === undefined ? [] : [selection.selectionSet];
      byName.set(name, [...(byName.get(name) ?? []), ...below]);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      collect(selection.selectionSet, document, byName, visited);
    } else if (!visited.has(selection.name.value)) {
      visited.add(selection.name.value);
      const fragment = document.definitions.find(
        (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
      );
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION)
        collect(fragment.selectionSet, document, byName, visited);
    }
  }
}
