import type { Place } from '../../contract/subgraphs.ts';
import type { Report } from '../report.ts';

/** `schema.graphql:12:3` for what was read here; other subgraphs' schemas are at the registry only. */
export function describePlace(place: Place, { source }: Report): string {
  const where = fileOf(place, source) ?? `${place.subgraph} (in the registry)`;
  return `${where}:${place.line}:${place.column}`;
}

export function fileOf(place: Place, source: Report['source']): string | undefined {
  return source !== undefined && place.subgraph === source.subgraph ? source.file : undefined;
}
