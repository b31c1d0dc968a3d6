import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { SubgraphFacts } from '../../plan/index.ts';
import { Declined } from './declined.ts';

/** The text of a fetch, parsed. */
export interface FetchText {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** What is selected on `data`, or, in an entity fetch, on each entity. */
  readonly selectionSet: SelectionSetNode;
}

export function parseFetchText(text: string, kind: 'root' | 'entity'): FetchText {
  const { definitions } = parse(text, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  let operation: OperationDefinitionNode | undefined;
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition;
  }
  if (operation === undefined) throw new Declined('a fetch without an operation');
  return {
    operation,
    fragments,
    selectionSet: kind === 'root' ? operation.selectionSet : entitiesOf(operation),
  };
}

function entitiesOf({ selectionSet }: OperationDefinitionNode): SelectionSetNode {
  const [only, another] = selectionSet.selections;
  const isEntities = only?.kind === Kind.FIELD && only.name.value === '_entities' && only.alias === undefined;
  if (!isEntities || another !== undefined || only.selectionSet === undefined) {
    throw new Declined('an entity fetch that selects more than its entities');
  }
  return only.selectionSet;
}

/** Fields of the same response name, merged as the subgraph will. */
export interface CollectedField {
  readonly responseName: string;
  readonly fieldName: string;
  readonly nodes: readonly FieldNode[];
  readonly selectionSets: readonly SelectionSetNode[];
}

export interface CollectContext {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Values of the Boolean variables that decide on @skip and @include. */
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly satisfies: (typeName: string, condition: string) => boolean;
}

/** CollectFields of the specification (6.3.2) for an object of one type. */
export function collectFields(
  selectionSets: readonly SelectionSetNode[],
  typeName: string,
  context: CollectContext,
): ReadonlyMap<string, CollectedField> {
  const fields = new Map<
    string,
    { fieldName: string; nodes: FieldNode[]; selectionSets: SelectionSetNode[] }
  >();
  const visited = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection, context.conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const known = fields.get(name);
        const sets = selection.selectionSet ? [selection.selectionSet] : [];
        if (known === undefined) {
          fields.set(name, { fieldName: selection.name.value, nodes: [selection], selectionSets: sets });
        } else {
          known.nodes.push(selection);
          known.selectionSets.push(...sets);
        }
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      if (fragment && (condition === undefined || context.satisfies(typeName, condition))) {
        visit(fragment.selectionSet);
      }
    }
  };
  selectionSets.forEach(visit);
  return new Map([...fields].map(([responseName, field]) => [responseName, { responseName, ...field }]));
}

function isIncluded({ directives = [] }: SelectionNode, conditions: ReadonlyMap<string, boolean>): boolean {
  return directives.every(({ name, arguments: args = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const value = args.find((argument) => argument.name.value === 'if')?.value;
    const decided =
      value?.kind === Kind.BOOLEAN
        ? value.value
        : value?.kind === Kind.VARIABLE
          ? conditions.get(value.name.value)
          : undefined;
    if (decided === undefined) throw new Declined('a condition without a value');
    return decided === (name.value === 'include');
  });
}

/** Whether an object type matches a type condition in the eyes of one subgraph. */
export function satisfiesIn(facts: SubgraphFacts | undefined) {
  return (typeName: string, condition: string): boolean => {
    if (typeName === condition) return true;
    if (facts?.interfaceObjects.includes(condition)) throw new Declined('an interface object');
    return facts?.possibleTypes[condition]?.includes(typeName) ?? false;
  };
}
