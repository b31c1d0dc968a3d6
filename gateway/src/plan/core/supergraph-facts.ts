import {
  isAbstractType,
  isInterfaceObjectType,
  possibleRuntimeTypes,
  type Schema,
  type Supergraph,
} from '@apollo/federation-internals';
import type { SubgraphFacts, SupergraphFacts } from '../planner.ts';

/** Of the subgraph protocol, no type of anybody's schema. */
const ENTITY_UNION = '_Entity';

export function toSupergraphFacts(supergraph: Supergraph): SupergraphFacts {
  const { schema } = supergraph;
  const interfaces = schema.interfaceTypes().map((type) => type.name);
  const bySubgraph: Record<string, SubgraphFacts> = {};
  for (const subgraph of supergraph.subgraphs()) {
    bySubgraph[subgraph.name] = {
      possibleTypes: possibleTypesOf(subgraph.schema),
      interfaceObjects: interfaces.filter((name) => {
        const type = subgraph.schema.type(name);
        return type !== undefined && isInterfaceObjectType(type);
      }),
    };
  }
  return {
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url: url || undefined })),
    possibleTypes: possibleTypesOf(schema),
    bySubgraph,
    overrideLabels: overrideLabelsOf(schema),
  };
}

function possibleTypesOf(schema: Schema): Record<string, readonly string[]> {
  const possible: Record<string, readonly string[]> = {};
  for (const type of schema.types()) {
    if (!isAbstractType(type) || type.name === ENTITY_UNION) continue;
    possible[type.name] = possibleRuntimeTypes(type).map((runtime) => runtime.name);
  }
  return possible;
}

function overrideLabelsOf(schema: Schema): readonly string[] {
  const labels = new Set<string>();
  for (const application of schema.directive('join__field')?.applications() ?? []) {
    // The directive's arguments are untyped in Apollo's model; composition writes this one as a string.
    const label: unknown = application.arguments().overrideLabel;
    if (typeof label === 'string') labels.add(label);
  }
  return [...labels].sort();
}
