import type { ServiceEndpointDefinition } from '@apollo/gateway';
import { type ConstDirectiveNode, Kind, parse } from 'graphql';

/** Names and URLs of the subgraphs that a supergraph's text is made of (https://specs.apollo.dev/join). */
export function listSubgraphs(supergraphSdl: string): readonly ServiceEndpointDefinition[] {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const graphs = definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION)
    throw new Error('The text is no supergraph: it names no subgraphs');
  return (graphs.values ?? []).flatMap(({ directives = [] }) => {
    const graph = directives.find(({ name }) => name.value === 'join__graph');
    const name = graph && textOf(graph, 'name');
    const url = graph && textOf(graph, 'url');
    return name === undefined ? [] : [{ name, ...(url && { url }) }];
  });
}

// Private:

function textOf({ arguments: given = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = given.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
