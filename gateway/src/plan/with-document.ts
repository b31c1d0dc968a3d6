import { type DocumentNode, print, stripIgnoredCharacters, visit } from 'graphql';
import type { FetchNode } from './query-plan.ts';

/** The fetch with another document, and only the variables that this uses. */
export function withDocument(fetch: FetchNode, document: DocumentNode): FetchNode {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      used.add(name.value);
    },
  });
  const declared = visit(document, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? false : null),
  });
  const { variableUsages, contextRewrites } = fetch;
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(declared)),
    ...(variableUsages && { variableUsages: variableUsages.filter((name) => used.has(name)) }),
    ...(contextRewrites && {
      contextRewrites: contextRewrites.filter(({ renameKeyTo }) => used.has(renameKeyTo)),
    }),
  };
}
