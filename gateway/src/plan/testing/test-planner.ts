import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { createPlannerCore } from '../core/planner-core.ts';
import type { FetchNode, PlanNode, QueryPlan } from '../query-plan.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject",
  "@context", "@fromContext"
])`;

/** Composes subgraphs, given as schema texts without the link to federation. */
export function composeTexts(subgraphs: Readonly<Record<string, string>>): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, text]) => ({
      name,
      url: `http://${name}.test`,
      typeDefs: parse(`${LINK}\n${text}`),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(String).join('\n'));
  return supergraphSdl;
}

/** Plans, and makes sure that each fetch is an operation which its subgraph accepts. */
export function testPlanner(subgraphs: Readonly<Record<string, string>>) {
  const core = createPlannerCore(composeTexts(subgraphs));
  const schemas = new Map<string, GraphQLSchema>();
  const schemaOf = (name: string) => {
    const known = schemas.get(name);
    if (known) return known;
    const schema = buildSubgraphSchema(parse(`${LINK}\n${subgraphs[name]}`));
    schemas.set(name, schema);
    return schema;
  };
  return {
    core,
    plan(source: string, activeLabels: readonly string[] = []): readonly FetchNode[] {
      const fetches = fetchesOf(core.plan({ source, operationName: undefined, activeLabels }));
      for (const { serviceName, operation } of fetches) {
        const faults = validate(schemaOf(serviceName), parse(operation));
        if (faults.length > 0) throw new Error(`${serviceName} refuses ${operation}: ${faults.join('; ')}`);
      }
      return fetches;
    },
  };
}

export function fetchesOf({ node }: QueryPlan): readonly FetchNode[] {
  return node === undefined ? [] : inNode(node);
}

function inNode(node: PlanNode): readonly FetchNode[] {
  switch (node.kind) {
    case 'Fetch':
      return [node];
    case 'Flatten':
      return inNode(node.node);
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((child) => (child ? inNode(child) : []));
    default:
      return node.nodes.flatMap(inNode);
  }
}

/** `subgraph: operation` for each fetch, in order. */
export function texts(fetches: readonly FetchNode[]): readonly string[] {
  return fetches.map(({ serviceName, operation }) => `${serviceName}: ${operation}`);
}
