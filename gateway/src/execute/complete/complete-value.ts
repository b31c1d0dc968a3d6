import {
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { completeEnum, completeScalar, INVALID } from './complete-leaf.ts';
import { type DataObject, isDataObject, own, typenameOf } from './data-tree.ts';
import type { FaultPaths } from './fault-paths.ts';
import type { Path } from './places.ts';
import type { Selection, TypedField } from './selection.ts';
import type { Shape } from './shape.ts';

export interface CompletionOptions {
  readonly schema: GraphQLSchema;
  /** Client paths that an error already stands for. */
  readonly explained: FaultPaths<unknown>;
  /** Client paths at which there is rightly nothing, null as far as that may be. */
  readonly absent: FaultPaths<unknown>;
  /** Who sent what is at a path of the tree, or was to send what is missing there; undefined where nobody was. */
  readonly senderOf: (path: Path) => string | undefined;
  /** `__schema` and `__type`. */
  readonly introspect: (field: TypedField) => unknown;
}

export interface Completion {
  readonly data: DataObject | null;
  readonly errors: readonly GraphQLError[];
}

/**
 * Makes the client's data from the fetched tree (6.4.3): its names, its order, its types, and nulls that rise as far
 * as the schema says. Each null that no error stands for yet, and may not be, gets its error.
 */
export function complete(
  tree: DataObject,
  rootType: GraphQLObjectType,
  selection: Selection,
  options: CompletionOptions,
): Completion {
  const completer = new Completer(options);
  const data = completer.completeFields(tree, rootType, rootType.name, selection);
  return { data: data ?? null, errors: completer.errors };
}

/** A null whose error is told: it rises to the nearest place that may be null. */
const FAULTY = undefined;

class Completer {
  readonly errors: GraphQLError[] = [];
  readonly #options: CompletionOptions;
  /** To the value at hand: its fields and indices. */
  readonly #way: (TypedField | number)[] = [];

  constructor(options: CompletionOptions) {
    this.#options = options;
  }

  completeFields(
    object: DataObject,
    type: Parameters<Selection['fieldsOf']>[0],
    typename: string | undefined,
    selection: Selection,
  ): DataObject | typeof FAULTY {
    const result: DataObject = Object.create(null);
    for (const field of selection.fieldsOf(type)) {
      this.#way.push(field);
      const value =
        field.shape === undefined
          ? this.#completeMetaField(field, typename)
          : this.#completeField(field.shape, own(object, field.sourceName), field, type.name);
      this.#way.pop();
      if (value === FAULTY) return FAULTY;
      result[field.responseName] = value;
    }
    return result;
  }

  #completeField(shape: Shape, value: unknown, field: TypedField, parent: string): unknown {
    if (value !== undefined) return this.#completeValue(shape, value, field, parent);
    // The subgraph left it out, or no fetch was made for it: a null for which nobody gave an error would hide that.
    if (shape.kind !== 'nonNull' && !this.#isRightlyNothing()) {
      this.#fail(`No subgraph answer for ${parent}.${field.name}`);
    }
    return this.#completeValue(shape, null, field, parent);
  }

  #isRightlyNothing(): boolean {
    const { explained, absent } = this.#options;
    const path = this.#clientPath();
    return Boolean(absent.explain(path) ?? explained.explain(path));
  }

  #completeMetaField(field: TypedField, typename: string | undefined): unknown {
    if (field.name !== '__typename') return this.#options.introspect(field);
    return typename ?? FAULTY;
  }

  #completeValue(shape: Shape, value: unknown, field: TypedField, parent: string): unknown {
    if (shape.kind !== 'nonNull') return this.#completeNullable(shape, value, field, parent) ?? null;
    const completed = this.#completeNullable(shape.of, value, field, parent);
    if (completed !== null) return completed;
    if (!this.#options.explained.explain(this.#clientPath())) {
      this.#fail(`Cannot return null for non-nullable field ${parent}.${field.name}.`);
    }
    return FAULTY;
  }

  #completeNullable(shape: Shape, value: unknown, field: TypedField, parent: string): unknown {
    if (value === null) return null;
    switch (shape.kind) {
      case 'scalar': {
        const completed = completeScalar(shape.name, value);
        return completed === INVALID ? this.#invalid(shape, field, parent) : completed;
      }
      case 'enum': {
        const completed = completeEnum(shape.type, value);
        return completed === INVALID ? this.#invalid(shape, field, parent) : completed;
      }
      case 'list':
        return Array.isArray(value)
          ? this.#completeList(shape.of, value, field, parent)
          : this.#invalid(shape, field, parent);
      case 'object':
      case 'abstract':
        return isDataObject(value)
          ? this.#completeObject(shape, value, field, parent)
          : this.#invalid(shape, field, parent);
      default:
        throw new TypeError('A non-null type holds no other');
    }
  }

  #completeList(shape: Shape, items: readonly unknown[], field: TypedField, parent: string): unknown {
    const result: unknown[] = [];
    for (let index = 0; index < items.length; index++) {
      this.#way.push(index);
      const value = this.#completeValue(shape, items[index], field, parent);
      this.#way.pop();
      if (value === FAULTY) return FAULTY;
      result.push(value);
    }
    return result;
  }

  #completeObject(
    shape: Extract<Shape, { kind: 'object' | 'abstract' }>,
    object: DataObject,
    field: TypedField,
    parent: string,
  ): unknown {
    const { selection } = field;
    if (selection === undefined)
      throw new TypeError(`${parent}.${field.name} is selected without its fields`);
    const typename = typenameOf(object);
    if (typename === undefined) return this.#completeUntyped(shape, object, field, parent, selection);
    if (shape.kind === 'object') {
      return typename === shape.name || this.#isRootType(shape.type)
        ? this.completeFields(object, shape.type, shape.name, selection)
        : this.#invalid(shape, field, parent);
    }
    const { schema } = this.#options;
    const type = schema.getType(typename);
    if (isObjectType(type) && schema.isSubType(shape.type, type)) {
      return this.completeFields(object, type, typename, selection);
    }
    // The object of an @interfaceObject whose type nothing depends on.
    const isKind = isInterfaceType(type) && (type === shape.type || schema.isSubType(shape.type, type));
    return isKind && !selection.dependsOnTypeWithin(type)
      ? this.completeFields(object, type, undefined, selection)
      : this.#invalid(shape, field, parent);
  }

  /** Subgraphs may call their root types as they like; the supergraph has its own names. */
  #isRootType(type: GraphQLObjectType): boolean {
    const { schema } = this.#options;
    return type === schema.getQueryType() || type === schema.getMutationType();
  }

  /** Plans ask for __typename wherever the subgraph's own type leaves it open. */
  #completeUntyped(
    { type }: Extract<Shape, { kind: 'object' | 'abstract' }>,
    object: DataObject,
    field: TypedField,
    parent: string,
    selection: Selection,
  ): unknown {
    if (isObjectType(type)) return this.completeFields(object, type, type.name, selection);
    const [only, ...others] = this.#options.schema.getPossibleTypes(type);
    if (only !== undefined && others.length === 0) {
      return this.completeFields(object, only, only.name, selection);
    }
    // Of an interface, its own fields are known all the same.
    const fields = selection.fieldsOf(type);
    if (fields.some(({ name }) => name === '__typename')) return this.#invalid(toNamed(type), field, parent);
    return this.completeFields(object, type, undefined, selection);
  }

  #invalid({ name }: { readonly name: string }, field: TypedField, parent: string): typeof FAULTY {
    // An @interfaceObject that no subgraph could tell the type of: the failed fetch has told why.
    const isObject = field.selection !== undefined;
    if (!isObject || !this.#options.explained.explain(this.#clientPath())) {
      this.#fail(`Subgraph answer for ${parent}.${field.name} is not a valid ${name}`);
    }
    return FAULTY;
  }

  #clientPath(): Path {
    return this.#way.map((step) => (typeof step === 'number' ? step : step.responseName));
  }

  #fail(message: string): void {
    const { absent, senderOf } = this.#options;
    const path = this.#clientPath();
    // Where there is rightly nothing, whoever was asked said so, or was not even asked.
    const sender = absent.explain(path)
      ? undefined
      : senderOf(this.#way.map((step) => (typeof step === 'number' ? step : step.sourceName)));
    this.errors.push(
      new GraphQLError(message, {
        path,
        extensions: {
          code: 'SUBGRAPH_MALFORMED_RESPONSE',
          ...(sender !== undefined && { serviceName: sender }),
        },
      }),
    );
  }
}

function toNamed({ name }: { readonly name: string }) {
  return { name };
}
