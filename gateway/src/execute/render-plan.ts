import { parse, print } from 'graphql';
import type { FetchNode, PlanNode, QueryPlan, RequiredSelection } from '../plan/index.ts';

/** A plan as text for people, fetches numbered in plan order. */
export function renderPlan({ node }: QueryPlan): string {
  if (node === undefined) return 'QueryPlan {}\n';
  let fetches = 0;

  const render = (at: PlanNode): string => {
    switch (at.kind) {
      case 'Sequence':
      case 'Parallel':
        return `${at.kind} {\n${indent(at.nodes.map(render).join('\n'))}\n}`;
      case 'Flatten':
        return `Flatten(path: "${at.path.join('.')}") {\n${indent(render(at.node))}\n}`;
      case 'Condition':
        return [
          at.ifClause && `Include(if: $${at.condition}) {\n${indent(render(at.ifClause))}\n}`,
          at.elseClause && `Skip(if: $${at.condition}) {\n${indent(render(at.elseClause))}\n}`,
        ]
          .filter(Boolean)
          .join('\n');
      case 'Fetch':
        return renderFetch(at, fetches++);
    }
  };
  return `QueryPlan {\n${indent(render(node))}\n}\n`;
}

function renderFetch({ serviceName, requires, operation }: FetchNode, index: number): string {
  const needs = requires ? `${renderRequired(requires)} => ` : '';
  return `Fetch(${index}, service: "${serviceName}") {\n${indent(`${needs}${print(parse(operation))}`)}\n}`;
}

function renderRequired(selections: readonly RequiredSelection[]): string {
  const items = selections.map((selection) => {
    const name =
      selection.kind === 'Field'
        ? (selection.alias ?? selection.name)
        : `... on ${selection.typeCondition ?? ''}`;
    return selection.selections ? `${name} ${renderRequired(selection.selections)}` : name;
  });
  return `{ ${items.join(' ')} }`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
