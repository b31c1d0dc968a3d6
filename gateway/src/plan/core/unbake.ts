import { type DocumentNode, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { FetchNode, KeyRenamer, PlanNode, RequiredSelection } from '../query-plan.ts';
import { withoutConditions } from './aliases.ts';
import { narrowRepresentations } from './narrow-representations.ts';
import { withOneOfKeys } from './one-of-keys.ts';
import type { BakedField } from './required-arguments.ts';
import type { Requirements } from './requirements.ts';
import { splitFetch } from './split-fetch.ts';

export interface UnbakeContext {
  readonly requirements: Requirements;
  /** The operation has a @skip or @include somewhere. */
  readonly hasConditions: boolean;
}

/**
 * Turns baked fields (see required-arguments.ts) back into what subgraphs know: in operations `price(currency: USD)`
 * under the baked name as its alias, in representations `price`, which rewrites rename. Fetches whose representations
 * do not suit all their fields become several.
 */
export function unbake(node: PlanNode, context: UnbakeContext): PlanNode {
  const { requirements, hasConditions } = context;
  switch (node.kind) {
    case 'Sequence':
      return { ...node, nodes: node.nodes.map((child) => unbake(child, context)) };
    case 'Parallel':
      return { ...node, nodes: node.nodes.flatMap((child) => parallelNodes(unbake(child, context))) };
    case 'Condition': {
      const { ifClause, elseClause } = node;
      return {
        ...node,
        ...(ifClause && { ifClause: unbake(ifClause, context) }),
        ...(elseClause && { elseClause: unbake(elseClause, context) }),
      };
    }
    case 'Flatten': {
      const nodes = parallelNodes(unbake(node.node, context)).map((child) => ({ ...node, node: child }));
      const [only] = nodes;
      return only !== undefined && nodes.length === 1 ? only : { kind: 'Parallel', nodes };
    }
    case 'Fetch': {
      const split = splitFetch(narrowRepresentations(node, requirements), requirements, hasConditions);
      const nodes = split.map((fetch) =>
        unbakeFetch(hasConditions ? withOneOfKeys(fetch, requirements) : fetch, requirements),
      );
      const [only] = nodes;
      return only !== undefined && nodes.length === 1 ? only : { kind: 'Parallel', nodes };
    }
  }
}

function parallelNodes(node: PlanNode): readonly PlanNode[] {
  return node.kind === 'Parallel' ? node.nodes : [node];
}

function unbakeFetch(fetch: FetchNode, { bakedFields: fields }: Requirements): FetchNode {
  const names = [...fields.keys()];
  const operation = names.some((name) => fetch.operation.includes(name))
    ? unbakeOperation(fetch.operation, fields)
    : fetch.operation;
  const renamers = fetch.requires === undefined ? [] : renamersOf(fetch.requires, [], fields);
  const { variableUsages, contextRewrites, outputRewrites } = fetch;
  return {
    ...fetch,
    operation,
    // The planner counts those of @fromContext too; a client must not be able to send them.
    ...(variableUsages &&
      contextRewrites && {
        variableUsages: variableUsages.filter((name) =>
          contextRewrites.every((one) => one.renameKeyTo !== name),
        ),
      }),
    ...(outputRewrites && { outputRewrites: outputRewrites.map(withoutConditions) }),
    ...(fetch.requires !== undefined && { requires: withoutRepeats(fetch.requires) }),
    // Before the planner's own rewrites: those may change the `__typename` that these look at.
    ...(renamers.length > 0 && { inputRewrites: [...renamers, ...(fetch.inputRewrites ?? [])] }),
  };
}

/** The planner says the same of one type again for each condition that a client puts above its fields. */
function withoutRepeats(selections: readonly RequiredSelection[]): readonly RequiredSelection[] {
  return [...new Map(selections.map((selection) => [JSON.stringify(selection), selection])).values()];
}

function unbakeOperation(operation: string, fields: ReadonlyMap<string, BakedField>): string {
  const document: DocumentNode = visit(parse(operation, { noLocation: true }), {
    Field: (node) => {
      const baked = fields.get(node.name.value);
      if (baked === undefined) return undefined;
      return {
        ...node,
        alias: node.alias ?? node.name,
        name: { kind: Kind.NAME, value: baked.field },
        arguments: [...baked.arguments, ...(node.arguments ?? [])],
      };
    },
  });
  return stripIgnoredCharacters(print(document));
}

/** Inner names first: a path still finds its way by the outer names as they were. */
function renamersOf(
  selections: readonly RequiredSelection[],
  path: readonly string[],
  fields: ReadonlyMap<string, BakedField>,
): readonly KeyRenamer[] {
  return selections.flatMap((selection): readonly KeyRenamer[] => {
    if (selection.kind === 'InlineFragment') {
      const condition = selection.typeCondition === undefined ? [] : [`... on ${selection.typeCondition}`];
      return renamersOf(selection.selections, [...path, ...condition], fields);
    }
    const here = [...path, selection.alias ?? selection.name];
    const inner = renamersOf(selection.selections ?? [], here, fields);
    const baked = fields.get(selection.name);
    return baked === undefined
      ? inner
      : [...inner, { kind: 'KeyRenamer', path: here, renameKeyTo: baked.field }];
  });
}
