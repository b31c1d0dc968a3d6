import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { type DataObject, isDataObject, own, typenameOf } from './data-tree.ts';
import type { Path } from './places.ts';
import type { SelectedField, Selection } from './selection.ts';

export interface ClientPath {
  readonly path: Path;
  /** False where the client did not ask for the place itself: the path is that of the nearest that it did. */
  readonly isExact: boolean;
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

  for (const step of source) {
    if (typeof step === 'number') {
      path.push(step);
      value = Array.isArray(value) ? value[step] : undefined;
      continue;
    }
    if (path.length > 0) type = runtimeType(value, options.schema);
    const field: SelectedField | undefined = selection?.fieldBySource(step, type);
    if (field === undefined) return { path, isExact: false };
    path.push(field.responseName);
    selection = field.selection;
    value = isDataObject(value) ? own(value, step) : undefined;
  }
  return { path, isExact: true };
}

function runtimeType(value: unknown, schema: GraphQLSchema): GraphQLObjectType | undefined {
  const typename = isDataObject(value) ? typenameOf(value) : undefined;
  const type = typename === undefined ? undefined : schema.getType(typename);
  return isObjectType(type) ? type : undefined;
}
