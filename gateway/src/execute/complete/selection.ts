import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isUnionType,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, type SelectionContext } from './collect-fields.ts';
import { type Shape, toShape } from './shape.ts';

export interface SelectedField {
  readonly responseName: string;
  /** Its key in the data that the plan fetches. */
  readonly sourceName: string;
  /** The field of the schema, which is not its name in the response. */
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  /** Of fields with a selection set. */
  readonly selection: Selection | undefined;
  /** Absent where the type that has the field is not known. */
  readonly shape?: Shape | undefined;
}

export interface TypedField extends SelectedField {
  /** Absent for what is no field of its type: __typename, __schema, __type. */
  readonly shape: Shape | undefined;
}

export interface SelectionOptions extends SelectionContext {
  readonly schema: GraphQLSchema;
  readonly sourceNameOf: (field: FieldNode) => string;
}

/** What the client selects of one value; its fields are collected once for each type that the value turns out to have. */
export class Selection {
  readonly #sets: readonly SelectionSetNode[];
  readonly #options: SelectionOptions;
  readonly #byType = new Map<string, readonly TypedField[]>();
  #ofAnyType: ReadonlyMap<string, SelectedField> | undefined;

  constructor(sets: readonly SelectionSetNode[], options: SelectionOptions) {
    this.#sets = sets;
    this.#options = options;
  }

  fieldsOf(type: GraphQLCompositeType): readonly TypedField[] {
    let fields = this.#byType.get(type.name);
    if (fields === undefined) {
      fields = this.#collect(type);
      this.#byType.set(type.name, fields);
    }
    return fields;
  }

  /** Whether it asks for more of some objects of the type than of all: fields by a narrower type, or the type's name. */
  dependsOnTypeWithin(type: GraphQLCompositeType): boolean {
    const ofAll = this.fieldsOf(type);
    if (ofAll.some(({ name }) => name === '__typename')) return true;
    const ofAny = collectFields(this.#sets, this.#options, () => true);
    const count = ofAll.reduce((sum, { nodes }) => sum + nodes.length, 0);
    return count < [...ofAny.values()].reduce((sum, nodes) => sum + nodes.length, 0);
  }

  /** The field that an answer calls `sourceName`, in an object of the type, or of a type that is not known. */
  fieldBySource(sourceName: string, type: GraphQLObjectType | undefined): SelectedField | undefined {
    if (type !== undefined) return this.fieldsOf(type).find((field) => field.sourceName === sourceName);
    this.#ofAnyType ??= this.#collectAny();
    return this.#ofAnyType.get(sourceName);
  }

  #collect(type: GraphQLCompositeType): readonly TypedField[] {
    const { schema } = this.#options;
    const definitions = isUnionType(type) ? {} : type.getFields();
    const fields = collectFields(this.#sets, this.#options, (condition) => {
      const wanted = schema.getType(condition);
      return (
        wanted === type || (isAbstractType(wanted) && !isUnionType(type) && schema.isSubType(wanted, type))
      );
    });
    return [...fields].map(([responseName, nodes]) => {
      const field = this.#toField(responseName, nodes);
      const definition = Object.hasOwn(definitions, field.name) ? definitions[field.name] : undefined;
      return { ...field, shape: definition && toShape(definition.type) };
    });
  }

  #collectAny(): ReadonlyMap<string, SelectedField> {
    const selected = new Map<string, SelectedField>();
    // One response name may mean different fields in objects of different types.
    for (const [responseName, nodes] of collectFields(this.#sets, this.#options, () => true)) {
      for (const [sourceName, same] of Map.groupBy(nodes, this.#options.sourceNameOf)) {
        selected.set(sourceName, this.#toField(responseName, same));
      }
    }
    return selected;
  }

  #toField(responseName: string, nodes: readonly FieldNode[]): SelectedField {
    // A response name is there because a field has it.
    const first = nodes[0] as FieldNode;
    const sets = nodes.flatMap((node) => node.selectionSet ?? []);
    return {
      responseName,
      sourceName: this.#options.sourceNameOf(first),
      name: first.name.value,
      nodes,
      selection: sets.length === 0 ? undefined : new Selection(sets, this.#options),
    };
  }
}
