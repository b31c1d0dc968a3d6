import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { parse as Parse } from 'graphql';

/**
 * A supergraph written out directly, as composing so many subgraphs takes minutes. Each subgraph has a share of one entity
 * that all know, an entity of its own that leads to the next subgraph's, and value types.
 */
export function largeSupergraph(subgraphs: number, fields: number): string {
  const perSubgraph = Math.floor(fields / subgraphs);
  const own = Math.max(1, perSubgraph - 12);
  const entityFields = Math.ceil(own / 2);
  const valueFields = own - entityFields;
  const graphs = range(subgraphs).map((index) => `G${index}`);
  const lines = [
    header(),
    `enum join__Graph {\n${graphs.map((graph, i) => `${graph} @join__graph(name: "g${i}", url: "http://127.0.0.1:${10_000 + i}/graphql")`).join('\n')}\n}`,
    `type Query ${graphs.map((graph) => `@join__type(graph: ${graph})`).join(' ')} {`,
    ...graphs.flatMap((graph, i) => [
      `user${i}: User @join__field(graph: ${graph})`,
      `thing${i}(first: Int = 10): [Thing${i}!]! @join__field(graph: ${graph})`,
    ]),
    '}',
    `type User ${graphs.map((graph) => `@join__type(graph: ${graph}, key: "id")`).join(' ')} {`,
    'id: ID!',
    ...graphs.flatMap((graph, i) => range(8).map((j) => `u${i}x${j}: String @join__field(graph: ${graph})`)),
    '}',
    ...graphs.flatMap((graph, i) => {
      const next = (i + 1) % subgraphs;
      return [
        `type Thing${i} @join__type(graph: ${graph}, key: "id") @join__type(graph: G${(i + subgraphs - 1) % subgraphs}, key: "id") {`,
        `id: ID!`,
        `owner: User @join__field(graph: ${graph})`,
        `next: Thing${next} @join__field(graph: ${graph})`,
        `value: Value${i} @join__field(graph: ${graph})`,
        ...range(entityFields).map(
          (j) => `field${j}: ${j % 3 ? 'String' : 'Int'} @join__field(graph: ${graph})`,
        ),
        '}',
        `type Value${i} @join__type(graph: ${graph}) {`,
        ...range(valueFields).map((j) => `part${j}: String`),
        '}',
      ];
    }),
  ];
  return lines.join('\n');
}

/** Twelve subgraphs in a chain, a few fields each, and the shared entity at every step. */
export function wideOperation(start: number, steps: number, subgraphs: number): string {
  const selection = (step: number): string => {
    const at = (start + step) % subgraphs;
    const here = `id field0 field1 value { part0 part1 } owner { id u${at}x0 u${(at + 7) % subgraphs}x1 }`;
    return step === steps ? `{ ${here} }` : `{ ${here} next ${selection(step + 1)} }`;
  };
  return `query Wide { thing${start}(first: 3) ${selection(0)} }`;
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

/** Links and definitions of the join specification, as composition writes them. */
function header(): string {
  const require = createRequire(fileURLToPath(new URL('../../gateway/package.json', import.meta.url)));
  const { composeServices } = require('@apollo/composition') as typeof import('@apollo/composition');
  const { parse } = require('graphql') as { parse: typeof Parse };
  const text = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11") type Query { a: Int }';
  const { supergraphSdl } = composeServices([{ name: 'a', url: 'http://a.test', typeDefs: parse(text) }]);
  if (supergraphSdl === undefined) throw new Error('The smallest supergraph does not compose');
  return supergraphSdl.replace(/enum join__Graph \{[^}]*\}/, '').replace(/type Query[\s\S]*?\n\}/, '');
}
