import { type DirectiveNode, type DocumentNode, Kind, type ValueNode } from 'graphql';

/**
 * How federation's directives are called in one SDL: a link imports them, perhaps by other names; those that it does not
 * import have the namespace before them. Without a link it is Federation 1, which has their plain names.
 */
export function federationNames(document: DocumentNode): (directive: string) => string {
  const link = document.definitions
    .filter(({ kind }) => kind === Kind.SCHEMA_DEFINITION || kind === Kind.SCHEMA_EXTENSION)
    .flatMap((definition) => ('directives' in definition ? (definition.directives ?? []) : []))
    .find(
      (directive) => directive.name.value === 'link' && /\/federation\/v/.test(text(directive, 'url') ?? ''),
    );
  if (link === undefined) return (directive) => directive;
  const namespace = text(link, 'as') ?? 'federation';
  const imported = new Map(importsOf(link));
  return (directive) => imported.get(directive) ?? `${namespace}__${directive}`;
}

export function argumentOf(directive: DirectiveNode, name: string): ValueNode | undefined {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}

// Private:

function text(directive: DirectiveNode, name: string): string | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** `"@key"`, or `{ name: "@key", as: "@primary" }`. */
function importsOf(link: DirectiveNode): readonly (readonly [string, string])[] {
  const list = argumentOf(link, 'import');
  if (list?.kind !== Kind.LIST) return [];
  return list.values.flatMap((value) => {
    if (value.kind === Kind.STRING) return [[bare(value.value), bare(value.value)] as const];
    if (value.kind !== Kind.OBJECT) return [];
    const part = (name: string) => {
      const field = value.fields.find((candidate) => candidate.name.value === name)?.value;
      return field?.kind === Kind.STRING ? bare(field.value) : undefined;
    };
    const name = part('name');
    return name === undefined ? [] : [[name, part('as') ?? name] as const];
  });
}

function bare(name: string): string {
  return name.replace(/^@/, '');
}
