import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

/** One subgraph as its team published it: where it answers and what it says it can do. */
export interface SubgraphSource {
  readonly name: string;
  readonly routingUrl: string;
  /** Where `sdl` was read from; named in every problem. */
  readonly path: string;
  readonly sdl: string;
}

const configurationSchema = z.strictObject({
  // Read by rover alone: here the version is that of the installed @apollo/composition.
  federation_version: z.string().optional(),
  subgraphs: z
    .record(
      z.string(),
      z.strictObject({ routing_url: z.url(), schema: z.strictObject({ file: z.string() }) }),
    )
    .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'names no subgraph'),
});

/**
 * Reads a supergraph.yaml and the schema files that it names.
 * @throws Error whose message has a line `path:line: what is wrong` for each fault of the configuration.
 */
export function readSubgraphs(path: string): readonly SubgraphSource[] {
  const { subgraphs } = parseConfiguration(path, readFileSync(path, 'utf8'));
  return Object.entries(subgraphs).map(([name, { routing_url, schema }]) => {
    const schemaPath = resolve(dirname(path), schema.file);
    return { name, routingUrl: routing_url, path: schemaPath, sdl: readFileSync(schemaPath, 'utf8') };
  });
}

// Private:

function parseConfiguration(path: string, text: string): z.output<typeof configurationSchema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const faults = document.errors.map(
    (error) => `${path}:${lines.linePos(error.pos[0]).line}: ${error.message}`,
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));

  const result = configurationSchema.safeParse(document.toJS());
  if (result.success) return result.data;
  const lineOf = (at: readonly PropertyKey[]): number => {
    const node = document.getIn(at, true) as { range?: [number, number, number] | null } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
    return at.length === 0 ? 1 : lineOf(at.slice(0, -1));
  };
  throw new Error(
    result.error.issues
      .map((issue) => `${path}:${lineOf(issue.path)}: ${issue.path.map(String).join('.')}: ${issue.message}`)
      .join('\n'),
  );
}
