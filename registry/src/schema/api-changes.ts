import {
  type Change,
  type ChangeType,
  CriticalityLevel,
  diff,
  type TypeOfChangeType,
} from '@graphql-inspector/core';
import { ifAbsent, ifNull, ifNullable } from '@tributary/operation-usage';
import { type GraphQLSchema, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { apiSchemaOf } from './api-schema.ts';

/** A change of the schema that clients see, by which one of them could be hurt. */
export interface ApiChange {
  /** Of graphql-inspector: https://the-guild.dev/graphql/inspector/docs/essentials/diff */
  readonly type: string;
  /** `breaking`: an operation can become invalid. `dangerous`: it stays valid and may mean something else. */
  readonly level: 'breaking' | 'dangerous';
  readonly coordinate: string;
  readonly message: string;
  /** Whoever uses one of these is hurt; see @tributary/operation-usage for what counts as use. */
  readonly hurts: readonly string[];
}

/** What differs between two API schemas, as far as it can hurt. */
export async function apiChanges(beforeSdl: string, afterSdl: string): Promise<readonly ApiChange[]> {
  if (beforeSdl === afterSdl) return [];
  const after = apiSchemaOf(afterSdl);
  const changes = await diff(apiSchemaOf(beforeSdl), after);
  return changes.flatMap((change) => toApiChange(change, after) ?? []);
}

// Private:

/** What graphql-inspector calls dangerous only because a program could count arguments. */
const HARMLESS: ReadonlySet<string> = new Set(['FIELD_ARGUMENT_ADDED', 'INPUT_FIELD_ADDED']);

function toApiChange(change: Change, after: GraphQLSchema): ApiChange | undefined {
  const { level } = change.criticality;
  if (level === CriticalityLevel.NonBreaking) return undefined;
  const isBreaking = level === CriticalityLevel.Breaking;
  if (!isBreaking && (HARMLESS.has(change.type) || change.type.startsWith('DIRECTIVE_USAGE_')))
    return undefined;
  const { coordinate, hurts } = whereOf(change, after);
  return {
    type: change.type,
    level: isBreaking ? 'breaking' : 'dangerous',
    coordinate,
    message: sentence(change.message),
    hurts,
  };
}

interface Where {
  readonly coordinate: string;
  readonly hurts: readonly string[];
}

/** The types of `meta` belong to the type of the change, which TypeScript cannot tell from a `Change`. */
function metaOf<T extends keyof typeof ChangeType>(
  change: Change,
  _type: T,
): Change<TypeOfChangeType>['meta'] & Readonly<Record<string, string>> {
  return change.meta as never;
}

function whereOf(change: Change, after: GraphQLSchema): Where {
  const path = change.path ?? '';
  switch (change.type) {
    case 'FIELD_ARGUMENT_ADDED': {
      const meta = metaOf(change, 'FieldArgumentAdded');
      const field = `${meta.typeName}.${meta.fieldName}`;
      // Required: whoever uses the field does not give it yet.
      return { coordinate: `${field}(${meta.addedArgumentName}:)`, hurts: [field] };
    }
    case 'FIELD_ARGUMENT_REMOVED': {
      const meta = metaOf(change, 'FieldArgumentRemoved');
      return same(`${meta.typeName}.${meta.fieldName}(${meta.removedFieldArgumentName}:)`);
    }
    case 'FIELD_ARGUMENT_TYPE_CHANGED': {
      const meta = metaOf(change, 'FieldArgumentTypeChanged');
      const field = `${meta.typeName}.${meta.fieldName}`;
      const coordinate = `${field}(${meta.argumentName}:)`;
      const hasDefault = () => argumentHasDefault(after, meta.typeName, meta.fieldName, meta.argumentName);
      const types = { before: meta.oldArgumentType, after: meta.newArgumentType, hasDefault };
      return { coordinate, hurts: hurtByTypeOf(coordinate, field, types) };
    }
    case 'FIELD_ARGUMENT_DEFAULT_CHANGED': {
      const meta = metaOf(change, 'FieldArgumentDefaultChanged');
      const field = `${meta.typeName}.${meta.fieldName}`;
      return { coordinate: `${field}(${meta.argumentName}:)`, hurts: [field] };
    }
    case 'INPUT_FIELD_ADDED': {
      const meta = metaOf(change, 'InputFieldAdded');
      return { coordinate: path, hurts: [meta.inputName ?? path] };
    }
    case 'INPUT_FIELD_TYPE_CHANGED': {
      const meta = metaOf(change, 'InputFieldTypeChanged');
      const hasDefault = () => inputFieldHasDefault(after, meta.inputName, meta.fieldName);
      const types = { before: meta.oldInputFieldType, after: meta.newInputFieldType, hasDefault };
      return { coordinate: path, hurts: hurtByTypeOf(path, meta.inputName ?? path, types) };
    }
    case 'UNION_MEMBER_REMOVED': {
      const meta = metaOf(change, 'UnionMemberRemoved');
      return { coordinate: path, hurts: [meta.removedUnionMemberTypeName ?? path] };
    }
    case 'OBJECT_TYPE_INTERFACE_REMOVED': {
      const meta = metaOf(change, 'ObjectTypeInterfaceRemoved');
      return { coordinate: path, hurts: [meta.removedInterfaceName ?? path] };
    }
    case 'SCHEMA_QUERY_TYPE_CHANGED':
      return same('Query');
    case 'SCHEMA_MUTATION_TYPE_CHANGED':
      return same('Mutation');
    case 'SCHEMA_SUBSCRIPTION_TYPE_CHANGED':
      return same('Subscription');
    default:
      return same(path.startsWith('@') ? directiveCoordinate(path) : path);
  }
}

function same(coordinate: string): Where {
  return { coordinate, hurts: [coordinate] };
}

/** `@include.if` is `@include(if:)` in the specification. */
function directiveCoordinate(path: string): string {
  const [directive = path, argument] = path.split('.');
  return argument === undefined ? directive : `${directive}(${argument}:)`;
}

interface InputTypes {
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly hasDefault: () => boolean;
}

/** Of an argument or input field; `owner` is what everybody uses who could give it. */
function hurtByTypeOf(
  coordinate: string,
  owner: string,
  { before = '', after = '', hasDefault }: InputTypes,
): readonly string[] {
  // Null alone is taken away: whoever always gives a value is not hurt, and a default stands in for what is left out.
  if (after === `${before}!`) {
    return hasDefault()
      ? [ifNull(coordinate)]
      : [ifAbsent(coordinate), ifNull(coordinate), ifNullable(coordinate)];
  }
  return after.endsWith('!') && !before.endsWith('!') ? [owner] : [coordinate];
}

function argumentHasDefault(schema: GraphQLSchema, typeName = '', fieldName = '', name = ''): boolean {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  return type.getFields()[fieldName]?.args.find((arg) => arg.name === name)?.defaultValue !== undefined;
}

function inputFieldHasDefault(schema: GraphQLSchema, typeName = '', name = ''): boolean {
  const type = schema.getType(typeName);
  return isInputObjectType(type) && type.getFields()[name]?.defaultValue !== undefined;
}

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}
