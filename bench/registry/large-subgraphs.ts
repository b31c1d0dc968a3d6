import type { Member } from '../../registry/src/schema/member.ts';

/**
 * Subgraphs of one company: each has a share of the one entity that all know, an entity of its own that leads to the next
 * subgraph's, value types, and root fields. `fields` is how many there are in all, about.
 */
export function largeSubgraphs(count: number, fields: number): readonly Member[] {
  const own = Math.max(2, Math.floor(fields / count) - 15);
  return range(count).map((index) => ({
    name: `g${index}`,
    routingUrl: `http://127.0.0.1:${10_000 + index}/graphql`,
    sdl: subgraphSdl(index, count, own),
  }));
}

/** From one subgraph's thing to the next one's, and to the entity that all know at each step. */
export function largeOperation(start: number, steps: number, count: number): string {
  const selection = (step: number): string => {
    const at = (start + step) % count;
    const here = `id field0 field1 value { part0 } owner { id u${at}x1 u${(at + 7) % count}x1 }`;
    return step === steps ? `{ ${here} }` : `{ ${here} next ${selection(step + 1)} }`;
  };
  const root = start % count;
  return `query Wide${start} { thing${root}(first: 3) ${selection(0)} }`;
}

// Private:

function subgraphSdl(index: number, count: number, own: number): string {
  const next = (index + 1) % count;
  const entityFields = Math.ceil(own / 2);
  return [
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])',
    `type Query {\n  user${index}: User\n  thing${index}(first: Int = 10): [Thing${index}!]!\n}`,
    `type User @key(fields: "id") {\n  id: ID!\n${lines(8, (field) => `  u${index}x${field}: String`)}\n}`,
    `type Thing${index} @key(fields: "id") {\n  id: ID!\n  owner: User\n  next: Thing${next}\n  value: Value${index}`,
    `${lines(entityFields, (field) => `  field${field}: ${field % 3 ? 'String' : 'Int'}`)}\n}`,
    `type Thing${next} @key(fields: "id", resolvable: false) {\n  id: ID!\n}`,
    `type Value${index} {\n${lines(own - entityFields, (field) => `  part${field}: String`)}\n}`,
  ].join('\n');
}

function lines(count: number, line: (index: number) => string): string {
  return range(count).map(line).join('\n');
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
