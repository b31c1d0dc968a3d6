import {
  type Change,
  type ChangeType,
  CriticalityLevel,
  diff,
  type TypeOfChangeType,
} from '@graphql-inspector/core';
import { apiSchemaOf } from './api-schema.ts';

/** A change of the schema that clients see, by which one of them could be hurt. */
export interface ApiChange {
  /** Of graphql-inspector: https://the-guild.dev/graphql/inspector/docs/essentials/diff */
  readonly type: string;
  /** `breaking`: an operation can become invalid. `dangerous`: it stays valid and may mean something else. */
  readonly level: 'breaking' | 'dangerous';
  readonly coordinate: string;
  readonly message: string;
  /** Whoever uses one of these is hurt; see coordinates-of.ts for what counts as use. */
  readonly hurts: readonly string[];
}

/** What differs between two API schemas, as far as it can hurt. */
export async function apiChanges(beforeSdl: string, afterSdl: string): Promise<readonly ApiChange[]> {
  if (beforeSdl === afterSdl) return [];
  const changes = await diff(apiSchemaOf(beforeSdl), apiSchemaOf(afterSdl));
  return changes.flatMap((change) => toApiChange(change) ?? []);
}

// Private:

/** What graphql-inspector calls dangerous only because a program could count arguments. */
const HARMLESS: ReadonlySet<string> = new Set(['FIELD_ARGUMENT_ADDED', 'INPUT_FIELD_ADDED']);

function toApiChange(change: Change): ApiChange | undefined {
  const { level } = change.criticality;
  if (level === CriticalityLevel.NonBreaking) return undefined;
  const isBreaking = level === CriticalityLevel.Breaking;
  if (!isBreaking && (HARMLESS.has(change.type) || change.type.startsWith('DIRECTIVE_USAGE_')))
    return undefined;
  const { coordinate, hurts } = whereOf(change);
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

function whereOf(change: Change): Where {
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
      return {
        coordinate,
        hurts: becameRequired(meta.oldArgumentType, meta.newArgumentType) ? [field] : [coordinate],
      };
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
      const required = becameRequired(meta.oldInputFieldType, meta.newInputFieldType);
      return { coordinate: path, hurts: [required ? (meta.inputName ?? path) : path] };
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

function becameRequired(before = '', after = ''): boolean {
  return after.endsWith('!') && !before.endsWith('!');
}

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}
