import { type DirectiveNode, type DocumentNode, type FieldDefinitionNode, Kind, print } from 'graphql';
import { argumentOf, federationNames } from './federation-names.ts';

/** What a subgraph says to gateways, beside the schema that clients see. */
export interface FederationFacts {
  readonly types: ReadonlyMap<string, TypeFacts>;
}

export interface TypeFacts {
  /** Field sets by which gateways may ask for the type's entities here. */
  readonly keys: ReadonlySet<string>;
  /** As they are written, without layout: `@authenticated`, `@requiresScopes(scopes: [["a"]])`, `@policy(...)`. */
  readonly access: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, FieldFacts>;
}

export interface FieldFacts {
  /** Whether this subgraph gives its value: an @external one it only knows of. */
  readonly resolved: boolean;
  readonly requires: string | undefined;
  readonly override: string | undefined;
  readonly access: ReadonlySet<string>;
}

export function federationFacts(document: DocumentNode): FederationFacts {
  const nameOf = federationNames(document);
  const types = new Map<
    string,
    { keys: Set<string>; access: Set<string>; fields: Map<string, FieldFacts> }
  >();
  for (const definition of document.definitions) {
    if (!isObjectLike(definition)) continue;
    const known = types.get(definition.name.value) ?? {
      keys: new Set(),
      access: new Set(),
      fields: new Map(),
    };
    types.set(definition.name.value, known);
    for (const directive of definition.directives ?? []) {
      if (directive.name.value === nameOf('key') && isResolvable(directive))
        known.keys.add(fieldSet(directive));
      addAccess(directive, nameOf, known.access);
    }
    for (const field of definition.fields ?? [])
      known.fields.set(field.name.value, fieldFacts(field, nameOf));
  }
  return { types };
}

// Private:

type NameOf = (directive: string) => string;

function isObjectLike(definition: DocumentNode['definitions'][number]) {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.OBJECT_TYPE_EXTENSION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_EXTENSION
  );
}

function fieldFacts({ directives = [] }: FieldDefinitionNode, nameOf: NameOf): FieldFacts {
  const find = (name: string) => directives.find((directive) => directive.name.value === nameOf(name));
  const requires = find('requires');
  const override = find('override');
  const access = new Set<string>();
  for (const directive of directives) addAccess(directive, nameOf, access);
  return {
    resolved: find('external') === undefined,
    requires: requires && fieldSet(requires),
    override: override && printArguments(override),
    access,
  };
}

const ACCESS = ['authenticated', 'requiresScopes', 'policy'];

function addAccess(directive: DirectiveNode, nameOf: NameOf, access: Set<string>): void {
  const name = ACCESS.find((candidate) => nameOf(candidate) === directive.name.value);
  if (name !== undefined) access.add(`@${name}${printArguments(directive)}`);
}

function printArguments({ arguments: args = [] }: DirectiveNode): string {
  return args.length === 0 ? '' : `(${args.map((argument) => print(argument)).join(', ')})`;
}

function isResolvable(key: DirectiveNode): boolean {
  const value = argumentOf(key, 'resolvable');
  return value?.kind !== Kind.BOOLEAN || value.value;
}

function fieldSet(directive: DirectiveNode): string {
  const value = argumentOf(directive, 'fields');
  return value?.kind === Kind.STRING ? value.value.replace(/[\s,]+/g, ' ').trim() : '';
}
