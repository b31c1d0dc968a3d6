import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { GraphQLError, parse } from 'graphql';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
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
  const file = path === '-' ? 'standard input' : shortPath(path);
  const sdl = path === '-' ? await text(stdin) : await readText(path, file);
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

async function readText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'that is a folder',
      EACCES: 'it may not be read',
    };
    throw new CliError(EXIT.badInput, 'NO_SCHEMA', `${file} cannot be read: ${reasons[code ?? ''] ?? code}.`);
  }
}

function tooDeep(file: string, cause: unknown): CliError {
  return new CliError(EXIT.badInput, 'SCHEMA_INVALID', `${file} is nested too deeply to be read.`, { cause });
}

function shortPath(path: string): string {
  const absolute = resolve(path);
  const near = relative(process.cwd(), absolute);
  return near.startsWith('..') ? absolute : near;
}
