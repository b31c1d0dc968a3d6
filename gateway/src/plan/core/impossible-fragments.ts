import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, fragmentsOf } from './document-parts.ts';

type TypeNames = ReadonlySet<string>;

const TYPENAME: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Leaves out fragments that no object can match, given all conditions around them: each alone may be good GraphQL
 * (`... on I { ... on U { ... on A` where A is in U but no I), yet the planner fails on it. The same document when there
 * are none; otherwise one with the fragments of the operation written out, as whether they match depends on the place.
 */
export function withoutImpossibleFragments(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): DocumentNode {
  const fragments = fragmentsOf(document);
  const root = schema.getRootType(operation.operation);
  if (!root) return document;
  const walk = new Narrowing(schema, fragments);
  const selectionSet = walk.narrowed(operation.selectionSet, root, new Set([root.name]));
  return walk.dropped
    ? { ...document, definitions: [{ ...operation, selectionSet: selectionSet ?? operation.selectionSet }] }
    : document;
}

class Narrowing {
  dropped = false;
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;

  constructor(schema: GraphQLSchema, fragments: Fragments) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  /** Undefined when nothing is left. */
  narrowed(
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    possible: TypeNames,
  ): SelectionSetNode | undefined {
    const selections = set.selections.flatMap(
      (selection) => this.#selection(selection, parent, possible) ?? [],
    );
    return selections.length === 0 ? undefined : { ...set, selections };
  }

  #selection(
    node: SelectionNode,
    parent: GraphQLCompositeType,
    possible: TypeNames,
  ): SelectionNode | undefined {
    if (node.kind === Kind.FIELD) {
      const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
      const type = field && getNamedType(field.type);
      if (!node.selectionSet || !isCompositeType(type)) return node;
      const inner = this.narrowed(node.selectionSet, type, this.#possibleTypes(type));
      return { ...node, selectionSet: inner ?? { ...node.selectionSet, selections: [TYPENAME] } };
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
    if (fragment === undefined) return node;
    const condition = fragment.typeCondition && this.#schema.getType(fragment.typeCondition.name.value);
    const type = isCompositeType(condition) ? condition : parent;
    const matching = this.#possibleTypes(type).intersection(possible);
    const selectionSet = matching.size > 0 ? this.narrowed(fragment.selectionSet, type, matching) : undefined;
    if (selectionSet === undefined) {
      this.dropped = true;
      return undefined;
    }
    const { typeCondition } = fragment;
    const directives = node.directives ?? [];
    return { kind: Kind.INLINE_FRAGMENT, directives, selectionSet, ...(typeCondition && { typeCondition }) };
  }

  #possibleTypes(type: GraphQLCompositeType): ReadonlySet<string> {
    return new Set(
      isAbstractType(type) ? this.#schema.getPossibleTypes(type).map(({ name }) => name) : [type.name],
    );
  }
}
