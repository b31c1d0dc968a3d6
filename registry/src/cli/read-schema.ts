import { GraphQLError, parse } from 'graphql';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { readTextFile } from './read-text.ts';
import type { SchemaSource } from './report.ts';

export interface SchemaFile extends SchemaSource {
  readonly sdl: string;
}

/** Reads the SDL of a subgraph from a file, or from standard input for `-`. What is not GraphQL is told with its line. */
export async function readSchema(
  subgraph: string,
  path: string,
  stdin: NodeJS.ReadableStream,
): Promise<SchemaFile> {
  const { file, content: sdl } = await readTextFile(path, stdin, 'NO_SCHEMA');
  if (sdl.trim() === '') throw new CliError(EXIT.badInput, 'SCHEMA_INVALID', `${file} is empty.`);
  try {
    parse(sdl, { noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw tooDeep(file, error);
    const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
    throw new CliError(EXIT.badInput, 'SCHEMA_INVALID', `${file} is not GraphQL.`, {
      source: { subgraph, file },
      findings: [
        {
          severity: 'error',
          rule: 'composition/INVALID_GRAPHQL',
          message: error.message,
          places: [{ subgraph, line, column }],
        },
      ],
    });
  }
  return { subgraph, file, sdl };
}

// Private:

function tooDeep(file: string, cause: unknown): CliError {
  return new CliError(EXIT.badInput, 'SCHEMA_INVALID', `${file} is nested too deeply to be read.`, { cause });
}
