import { type DocumentNode, Kind, print, visit } from 'graphql';

const REMOVABLE: ReadonlySet<Kind> = new Set([
  Kind.FIELD,
  Kind.INLINE_FRAGMENT,
  Kind.FRAGMENT_SPREAD,
  Kind.FRAGMENT_DEFINITION,
  Kind.VARIABLE_DEFINITION,
  Kind.ARGUMENT,
  Kind.DIRECTIVE,
  Kind.OBJECT_FIELD,
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.FIELD_DEFINITION,
  Kind.INPUT_VALUE_DEFINITION,
  Kind.ENUM_VALUE_DEFINITION,
]);

/** How many parts could be left out. */
export function countParts(document: DocumentNode): number {
  let parts = 0;
  visit(document, {
    enter({ kind }) {
      if (kind === Kind.SCHEMA_EXTENSION) return false;
      if (REMOVABLE.has(kind)) parts++;
      return undefined;
    },
  });
  return parts;
}

/** The document without one of its parts, counted from the outermost. It may mean nothing any more. */
export function withoutPart(document: DocumentNode, part: number): string {
  let number = 0;
  return print(
    withoutUnused(
      visit(document, {
        enter({ kind }) {
          // Without its @link a schema would be one of Federation 1, with other rules.
          if (kind === Kind.SCHEMA_EXTENSION) return false;
          return REMOVABLE.has(kind) && number++ === part ? null : undefined;
        },
      }),
    ),
  );
}

/** Variables and fragments that nothing names any more make an operation invalid. */
function withoutUnused(document: DocumentNode): DocumentNode {
  const fragments = new Set<string>();
  const variables = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    FragmentSpread: ({ name }) => void fragments.add(name.value),
    Variable: ({ name }) => void variables.add(name.value),
  });
  let removed = 0;
  const used = visit(document, {
    FragmentDefinition: ({ name }) => {
      if (fragments.has(name.value)) return undefined;
      removed++;
      return null;
    },
    VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null),
  });
  return removed > 0 ? withoutUnused(used) : used;
}
