import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { type DataObject, isDataObject, own, typenameOf } from './data-tree.ts';
import type { Path } from './places.ts';
import type { SelectedField, Selection } from './selection.ts';
import type { Shape } from './shape.ts';

export interface ClientPath {
  readonly path: Path;
  /** What is null where there is nothing at the path: the path itself, or the nearest place above it that may be. */
  readonly nullAt: Path;
  /** False where the client did not ask for the place itself: the path is that of the nearest that it did. */
  readonly isExact: boolean;
  /** Where the client asked for an object that is there, and not for the field of it that the path leads to: the path to that field. */
  readonly unasked?: Path;
}

export interface ClientPathOptions {
  readonly schema: GraphQLSchema;
  readonly tree: DataObject;
  readonly rootType: GraphQLObjectType;
  readonly selection: Selection;
}

/** Translates a path in the fetched tree, which may lead below what is null, into the client's names. */
export function toClientPath(source: Path, options: ClientPathOptions): ClientPath {
  const path: (string | number)[] = [];
  let selection: Selection | undefined = options.selection;
  let value: unknown = options.tree;
  let type: GraphQLObjectType | undefined = options.rootType;
  let shape: Shape | undefined;
  let nullable = 0;

  for (const [depth, step] of source.entries()) {
    if (typeof step === 'number') {
      path.push(step);
      value = Array.isArray(value) ? value[step] : undefined;
      shape = itemShape(shape);
    } else {
      if (path.length > 0) type = runtimeType(value, options.schema) ?? declaredType(value, shape);
      const field: SelectedField | undefined = selection?.fieldBySource(step, type);
      if (field === undefined) {
        const unasked = isDataObject(value) ? { unasked: source.slice(0, depth + 1) } : {};
        return { path, nullAt: path, isExact: false, ...unasked };
      }
      path.push(field.responseName);
      selection = field.selection;
      value = isDataObject(value) ? own(value, step) : undefined;
      shape = field.shape;
    }
    if (shape?.kind !== 'nonNull') nullable = path.length;
  }
  const isThere = value !== null && value !== undefined;
  return { path, nullAt: isThere ? path : path.slice(0, nullable), isExact: true };
}

function itemShape(shape: Shape | undefined): Shape | undefined {
  const list = shape?.kind === 'nonNull' ? shape.of : shape;
  return list?.kind === 'list' ? list.of : undefined;
}

/** Of an object that never came: the one type that it may have. */
function declaredType(value: unknown, shape: Shape | undefined): GraphQLObjectType | undefined {
  if (isDataObject(value)) return undefined;
  const object = shape?.kind === 'nonNull' ? shape.of : shape;
  return object?.kind === 'object' ? object.type : undefined;
}

function runtimeType(value: unknown, schema: GraphQLSchema): GraphQLObjectType | undefined {
  const typename = isDataObject(value) ? typenameOf(value) : undefined;
  const type = typename === undefined ? undefined : schema.getType(typename);
  return isObjectType(type) ? type : undefined;
}
