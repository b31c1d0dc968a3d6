import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  visit,
} from 'graphql';
import type { Federation } from '../federations/federation.ts';

/**
 * The same subgraphs in the words of federation 1: one subgraph owns an entity and the others extend it. The owner is
 * the one that defines most fields of it and takes none of them from another subgraph.
 */
export function toFederation1(federation: Federation): ReadonlyMap<string, string> {
  const owners = findOwners(federation);
  return new Map(
    Object.entries(federation).map(([name, { typeDefs }]) => [name, print(rewrite(typeDefs, name, owners))]),
  );
}

// Private:

const NEW_IN_2 = new Set(['shareable', 'inaccessible', 'override', 'tag']);

function findOwners(federation: Federation): ReadonlyMap<string, string> {
  const owners = new Map<string, { readonly subgraph: string; readonly fields: number }>();
  for (const [subgraph, { typeDefs }] of Object.entries(federation)) {
    for (const type of typeDefs.definitions) {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || !isEntity(type) || hasExternal(type)) continue;
      const fields = type.fields?.length ?? 0;
      if (fields > (owners.get(type.name.value)?.fields ?? 0))
        owners.set(type.name.value, { subgraph, fields });
    }
  }
  return new Map([...owners].map(([type, { subgraph }]) => [type, subgraph]));
}

function rewrite(
  typeDefs: DocumentNode,
  subgraph: string,
  owners: ReadonlyMap<string, string>,
): DocumentNode {
  return visit(typeDefs, {
    SchemaExtension: () => null,
    Directive: ({ name }) => (NEW_IN_2.has(name.value) ? null : undefined),
    ObjectTypeDefinition: (type) => {
      const name = type.name.value;
      const isForeign = isEntity(type) && owners.get(name) !== subgraph;
      if (!isForeign && name !== 'Query' && name !== 'Mutation') return undefined;
      const { description: _, ...extension } = type;
      const keys = keyFieldsOf(type);
      const fields = type.fields?.map((field) =>
        isForeign && keys.has(field.name.value) ? external(field) : field,
      );
      return { ...extension, kind: Kind.OBJECT_TYPE_EXTENSION, ...(fields && { fields }) };
    },
  });
}

function isEntity(type: ObjectTypeDefinitionNode): boolean {
  return type.directives?.some(({ name }) => name.value === 'key') ?? false;
}

function hasExternal({ fields = [] }: ObjectTypeDefinitionNode): boolean {
  return fields.some(({ directives }) => directives?.some(({ name }) => name.value === 'external'));
}

function keyFieldsOf({ directives = [] }: ObjectTypeDefinitionNode): ReadonlySet<string> {
  const keys = directives.filter(({ name }) => name.value === 'key').flatMap((key) => key.arguments ?? []);
  const sets = keys.map(({ value }) => (value.kind === Kind.STRING ? value.value : ''));
  return new Set(sets.flatMap((fields) => fields.split(' ')));
}

function external(field: FieldDefinitionNode): FieldDefinitionNode {
  const directive = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'external' } } as const;
  return { ...field, directives: [...(field.directives ?? []), directive] };
}
