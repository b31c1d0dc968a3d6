import { TributaryError } from '@tributary/errors';
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

/** What a selection means, besides its own text. */
export interface SelectionContext {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** With the defaults of those that were not given. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export function selectionContext(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): SelectionContext {
  const fragments = document.definitions.filter(
    (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  const withDefaults: Record<string, unknown> = Object.create(null);
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (Object.hasOwn(variables, name)) withDefaults[name] = variables[name];
    else if (defaultValue) withDefaults[name] = valueFromASTUntyped(defaultValue);
  }
  return {
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables: withDefaults,
  };
}

/** CollectFields of the specification (6.3.2): fields by response name, in the order of the response. */
export function collectFields(
  selectionSets: readonly SelectionSetNode[],
  context: SelectionContext,
  appliesTo: (typeCondition: string) => boolean,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection, context)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const same = fields.get(name);
        if (same) same.push(selection);
        else fields.set(name, [selection]);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : context.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      if (fragment && (condition === undefined || appliesTo(condition))) visit(fragment.selectionSet);
    }
  };
  selectionSets.forEach(visit);
  return fields;
}

/** The value of a Boolean variable that decides what is executed. */
export function conditionVariable(name: string, { variables }: SelectionContext): boolean {
  const value = variables[name];
  if (typeof value === 'boolean') return value;
  // A nullable variable with a default may stand where Boolean! is asked for (5.8.5), until a client sends null.
  throw new TributaryError(
    'BAD_USER_INPUT',
    `Variable $${name} decides on @skip or @include: it must be a Boolean`,
  );
}

/** Whether its own conditions leave it in. */
export function isIncluded({ directives }: SelectionNode, context: SelectionContext): boolean {
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    if (name === 'skip' && ifArgument(directive, context)) return false;
    if (name === 'include' && !ifArgument(directive, context)) return false;
  }
  return true;
}

function ifArgument({ arguments: given }: DirectiveNode, context: SelectionContext): boolean {
  const value = given?.[0]?.value;
  return value?.kind === Kind.VARIABLE
    ? conditionVariable(value.name.value, context)
    : value?.kind === Kind.BOOLEAN && value.value;
}
