import { CliError } from '../cli-error.ts';
import type { SchemaSource } from '../report.ts';

/** What the registry finds wrong with a schema is told with the name of the file that it was read from. */
export async function withSource<T>(source: SchemaSource, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CliError ? error.of({ subgraph: source.subgraph, file: source.file }) : error;
  }
}
