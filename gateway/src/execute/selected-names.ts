import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionSetNode,
} from 'graphql';

export interface SelectionContext {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The fields of the selection sets by response name, fragments followed, @skip and @include applied. */
export function fieldsOf(
  selectionSets: readonly SelectionSetNode[],
  context: SelectionContext,
  appliesTo: (typeCondition: string) => boolean = () => true,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection, context.variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        fields.set(name, [...(fields.get(name) ?? []), selection]);
        continue;
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

/** Response names that the selection holds below `path`; list steps (`@`) select nothing and are passed over. */
export function namesBelow(
  selectionSet: SelectionSetNode,
  path: readonly string[],
  context: SelectionContext,
): ReadonlySet<string> {
  let sets: readonly SelectionSetNode[] = [selectionSet];
  for (const step of path) {
    if (step === '@') continue;
    sets = (fieldsOf(sets, context).get(step) ?? []).flatMap((field) => field.selectionSet ?? []);
  }
  return new Set(fieldsOf(sets, context).keys());
}

function isIncluded(
  node: Parameters<typeof getDirectiveValues>[1],
  variables: Record<string, unknown>,
): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variables)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
  );
}
