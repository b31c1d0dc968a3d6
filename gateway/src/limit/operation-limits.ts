import { TributaryError } from '@tributary/errors';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { OperationLimits } from '../configuration/index.ts';

/** What one selection set amounts to once every fragment in it is written out. */
interface Size {
  readonly fields: number;
  readonly aliases: number;
  readonly depth: number;
}

const LIMITED = ['fields', 'aliases', 'depth'] as const;

/**
 * Refuses a document with an operation that is larger than a limit, before validation spends time on it. Each
 * fragment is measured once, so this takes time in the size of the text, not in what the text expands to.
 * Unknown fragments and cycles count as nothing: validation refuses them.
 * @throws TributaryError OPERATION_LIMIT_EXCEEDED naming the limit and its value.
 */
export function assertWithinLimits(document: DocumentNode, limits: OperationLimits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const measure = createMeasure(fragments);
  for (const { selectionSet } of operations) {
    const size = measure(selectionSet);
    for (const name of LIMITED) if (size[name] > limits[name]) throw exceeded(name, limits[name]);
    if (rootFieldsOf(selectionSet, fragments) > limits.rootFields) {
      throw exceeded('rootFields', limits.rootFields);
    }
  }
}

export function exceeded(name: keyof OperationLimits, limit: number): TributaryError {
  return new TributaryError('OPERATION_LIMIT_EXCEEDED', `The operation exceeds the limit ${name}: ${limit}`);
}

const NOTHING: Size = { fields: 0, aliases: 0, depth: 0 };

function createMeasure(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const measured = new Map<string, Size>();

  function measureFragment(name: string): Size {
    const known = measured.get(name);
    if (known) return known;
    // Stands for itself while it is measured: a cycle ends here.
    measured.set(name, NOTHING);
    const fragment = fragments.get(name);
    const size = fragment ? measure(fragment.selectionSet) : NOTHING;
    measured.set(name, size);
    return size;
  }

  function measure({ selections }: SelectionSetNode): Size {
    let fields = 0;
    let aliases = 0;
    let depth = 0;
    for (const selection of selections) {
      const isField = selection.kind === Kind.FIELD;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? measureFragment(selection.name.value)
          : selection.selectionSet
            ? measure(selection.selectionSet)
            : NOTHING;
      fields += inner.fields + (isField ? 1 : 0);
      aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0));
    }
    return { fields, aliases, depth };
  }

  return measure;
}

function rootFieldsOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): number {
  const measured = new Map<string, number>();
  const countOf = (name: string): number => {
    const known = measured.get(name);
    if (known !== undefined) return known;
    measured.set(name, 0);
    const fragment = fragments.get(name);
    const counted = fragment ? count(fragment.selectionSet.selections) : 0;
    measured.set(name, counted);
    return counted;
  };
  const count = (nodes: SelectionSetNode['selections']): number =>
    nodes.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + 1;
      return (
        sum +
        (node.kind === Kind.INLINE_FRAGMENT ? count(node.selectionSet.selections) : countOf(node.name.value))
      );
    }, 0);
  return count(selections);
}
