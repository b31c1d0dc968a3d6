import { type FieldNode, Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import type { FetchNode } from '../../plan/index.ts';
import { collectFields, type SelectionContext, selectionContext } from './collect-fields.ts';
import type { TypeRelations } from './type-relations.ts';

/** Selection sets by the name that the tree has for the field; empty where it has none. */
export type FetchedFields = ReadonlyMap<string, readonly SelectionSetNode[]>;

/** What a fetch asks its subgraph for. Parses its text: made only where a fetch has conditions, or has failed. */
export class FetchSelection {
  readonly #selectionSet: SelectionSetNode;
  readonly #context: SelectionContext;
  readonly #types: TypeRelations;
  /** Aliases of the plan's own making -> the names that its output rewrites give back. */
  readonly #renamed: ReadonlyMap<string, string>;
  readonly #byType = new Map<string | undefined, FetchedFields>();

  constructor(node: FetchNode, variables: Readonly<Record<string, unknown>>, types: TypeRelations) {
    const document = parse(node.operation, { noLocation: true });
    const operation = document.definitions.find(
      (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
    );
    if (operation === undefined) throw new TypeError('The plan has a fetch without an operation');
    this.#context = selectionContext(document, operation, variables);
    this.#types = types;
    this.#renamed = renamedFields(node);
    this.#selectionSet =
      (node.requires && this.#entitySelection(operation.selectionSet)) ?? operation.selectionSet;
  }

  /** Whether the conditions leave anything to ask of an entity of the type, or of the root. */
  asksOf(typename: string | undefined): boolean {
    return this.#collect([this.#selectionSet], typename).size > 0;
  }

  /** The fields of an entity of the type, or of the root. */
  rootFields(typename: string | undefined): FetchedFields {
    let fields = this.#byType.get(typename);
    if (fields === undefined) {
      fields = this.fieldsOf([this.#selectionSet], typename);
      this.#byType.set(typename, fields);
    }
    return fields;
  }

  /** Of an object whose type is not known, the fields of all types. */
  fieldsOf(sets: readonly SelectionSetNode[], typename: string | undefined): FetchedFields {
    const fields = new Map<string, SelectionSetNode[]>();
    for (const [name, nodes] of this.#collect(sets, typename)) {
      if (name === '__typename') continue;
      fields.set(
        this.#renamed.get(name) ?? name,
        nodes.flatMap((node) => node.selectionSet ?? []),
      );
    }
    return fields;
  }

  #entitySelection(root: SelectionSetNode): SelectionSetNode | undefined {
    return this.#collect([root], undefined).get('_entities')?.[0]?.selectionSet;
  }

  #collect(sets: readonly SelectionSetNode[], typename: string | undefined): Map<string, FieldNode[]> {
    return collectFields(
      sets,
      this.#context,
      (condition) => typename === undefined || this.#types.isKindOf(typename, condition),
    );
  }
}

/** A path of an error is in the subgraph's names, before the output rewrites. */
export function renamedFields({ outputRewrites }: FetchNode): ReadonlyMap<string, string> {
  return new Map(
    outputRewrites?.flatMap((rewrite) => {
      const alias = rewrite.path.at(-1);
      return rewrite.kind === 'KeyRenamer' && alias !== undefined
        ? [[alias, rewrite.renameKeyTo] as const]
        : [];
    }),
  );
}
