import { type DocumentNode, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { FetchNode, KeyRenamer, PlanNode, RequiredSelection } from '../query-plan.ts';
import type { BakedField } from './required-arguments.ts';
import { type RequirementsOf, splitFetch } from './split-fetch.ts';

export interface Baked {
  readonly fields: ReadonlyMap<string, BakedField>;
  readonly requirementsOf: RequirementsOf;
}

/**
 * Turns baked fields (see required-arguments.ts) back into what subgraphs know: in operations `price(currency: USD)`
 * under the baked name as its alias, in representations `price`, which rewrites rename. A fetch whose representations
 * would then hold two values of one name becomes two.
 */
export function unbake(node: PlanNode, baked: Baked): PlanNode {
  if (baked.fields.size === 0) return node;
  switch (node.kind) {
    case 'Sequence':
      return { ...node, nodes: node.nodes.map((child) => unbake(child, baked)) };
    case 'Parallel':
      return { ...node, nodes: node.nodes.flatMap((child) => parallelNodes(unbake(child, baked))) };
    case 'Condition': {
      const { ifClause, elseClause } = node;
      return {
        ...node,
        ...(ifClause && { ifClause: unbake(ifClause, baked) }),
        ...(elseClause && { elseClause: unbake(elseClause, baked) }),
      };
    }
    case 'Flatten': {
      const nodes = parallelNodes(unbake(node.node, baked)).map((child) => ({ ...node, node: child }));
      const [only] = nodes;
      return only !== undefined && nodes.length === 1 ? only : { kind: 'Parallel', nodes };
    }
    case 'Fetch': {
      const nodes = splitFetch(node, baked).map((fetch) => unbakeFetch(fetch, baked));
      const [only] = nodes;
      return only !== undefined && nodes.length === 1 ? only : { kind: 'Parallel', nodes };
    }
  }
}

function parallelNodes(node: PlanNode): readonly PlanNode[] {
  return node.kind === 'Parallel' ? node.nodes : [node];
}

function unbakeFetch(fetch: FetchNode, { fields }: Baked): FetchNode {
  const names = [...fields.keys()];
  const operation = names.some((name) => fetch.operation.includes(name))
    ? unbakeOperation(fetch.operation, fields)
    : fetch.operation;
  const renamers = fetch.requires === undefined ? [] : renamersOf(fetch.requires, [], fields);
  return {
    ...fetch,
    operation,
    // Before the planner's own rewrites: those may change the `__typename` that these look at.
    ...(renamers.length > 0 && { inputRewrites: [...renamers, ...(fetch.inputRewrites ?? [])] }),
  };
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
