import {
  type ASTNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';

/**
 * The Boolean variables that decide which fields an operation has (@skip, @include): an operation is compiled once for
 * each set of their values that comes.
 */
export interface Conditions {
  readonly names: readonly string[];
  /** Their values for one request. Coercion has made sure that they are Booleans. */
  valuesOf(variables: Readonly<Record<string, unknown>>): ReadonlyMap<string, boolean>;
  /** The same, as a key. */
  keyOf(variables: Readonly<Record<string, unknown>>): string;
}

export function conditionsOf(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
): Conditions {
  const used = new Set<string>();
  visit(document as ASTNode, {
    Directive({ name, arguments: args = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args) if (value.kind === Kind.VARIABLE) used.add(value.name.value);
    },
  });
  const defaults = new Map(
    variableDefinitions
      .filter(({ variable }) => used.has(variable.name.value))
      .map(({ variable, defaultValue }) => [
        variable.name.value,
        defaultValue ? valueFromASTUntyped(defaultValue) : undefined,
      ]),
  );
  const names = [...defaults.keys()];
  const decide = (name: string, variables: Readonly<Record<string, unknown>>): boolean => {
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return (given === undefined ? defaults.get(name) : given) === true;
  };
  return {
    names,
    valuesOf: (variables) => new Map(names.map((name) => [name, decide(name, variables)])),
    keyOf: (variables) =>
      names.length === 0 ? '' : names.map((name) => (decide(name, variables) ? '1' : '0')).join(''),
  };
}
