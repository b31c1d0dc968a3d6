import {
  type GraphQLEnumType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  type GraphQLUnionType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';

/** An output type, taken apart once so that completing a value is a switch. `name` is its text without the outer `!`. */
export type Shape =
  | { readonly kind: 'nonNull'; readonly name: string; readonly of: Shape }
  | { readonly kind: 'list'; readonly name: string; readonly of: Shape }
  | { readonly kind: 'scalar'; readonly name: string; readonly type: GraphQLScalarType }
  | { readonly kind: 'enum'; readonly name: string; readonly type: GraphQLEnumType }
  | { readonly kind: 'object'; readonly name: string; readonly type: GraphQLObjectType }
  | {
      readonly kind: 'abstract';
      readonly name: string;
      readonly type: GraphQLInterfaceType | GraphQLUnionType;
    };

export function toShape(type: GraphQLOutputType): Shape {
  if (isNonNullType(type)) {
    const of = toShape(type.ofType);
    return { kind: 'nonNull', name: of.name, of };
  }
  if (isListType(type)) return { kind: 'list', name: String(type), of: toShape(type.ofType) };
  const { name } = type;
  if (isScalarType(type)) return { kind: 'scalar', name, type };
  if (isEnumType(type)) return { kind: 'enum', name, type };
  return isObjectType(type) ? { kind: 'object', name, type } : { kind: 'abstract', name, type };
}
