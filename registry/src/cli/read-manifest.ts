import { Kind, parse } from 'graphql';
import type { PublishAppBody } from '../contract/apps.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { readTextFile } from './read-text.ts';

export interface ManifestFile {
  readonly file: string;
  readonly operations: PublishAppBody['operations'];
}

/**
 * The operations of an app, in one of two forms:
 * - https://www.apollographql.com/docs/graphos/platform/security/persisted-queries (`apollo-persisted-query-manifest`);
 * - `{ "<id>": "<operation>" }`, as Relay's compiler and others write it.
 */
export async function readManifest(path: string, stdin: NodeJS.ReadableStream): Promise<ManifestFile> {
  const { file, content } = await readTextFile(path, stdin, 'NO_MANIFEST');
  const found = parseObject(content, file);
  const operations = 'format' in found ? ofApollo(found, file) : ofMap(found, file);
  if (operations.length === 0) throw invalid(`${file} has no operations.`);
  return { file, operations };
}

// Private:

type Operations = PublishAppBody['operations'];

function parseObject(content: string, file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw invalid(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (isObject(value)) return value;
  throw invalid(`${file} is neither an Apollo manifest nor an object of ids and operations.`);
}

function ofApollo(
  { format, version, operations }: Readonly<Record<string, unknown>>,
  file: string,
): Operations {
  if (format !== 'apollo-persisted-query-manifest' || version !== 1 || !Array.isArray(operations)) {
    throw invalid(`${file} is not version 1 of the format apollo-persisted-query-manifest.`);
  }
  return operations.map((operation: unknown, index) => {
    const { id, name, body } = isObject(operation) ? operation : {};
    if (typeof id !== 'string' || typeof body !== 'string') {
      throw invalid(`${file}: operation ${index + 1} lacks an id or a body.`);
    }
    const found = nameOf(body, `${file}: operation ${id}`);
    return { id, name: typeof name === 'string' && name !== '' ? name : (found ?? id), body };
  });
}

function ofMap(bodies: Readonly<Record<string, unknown>>, file: string): Operations {
  return Object.entries(bodies).map(([id, body]) => {
    if (typeof body !== 'string') throw invalid(`${file}: what stands at ${JSON.stringify(id)} is no text.`);
    return { id, name: nameOf(body, `${file}: operation ${id}`) ?? id, body };
  });
}

/** Undefined for an operation without a name. */
function nameOf(body: string, what: string): string | undefined {
  try {
    const { definitions } = parse(body, { noLocation: true });
    return definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)?.name?.value;
  } catch (error) {
    throw invalid(`${what} is not GraphQL: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): CliError {
  return new CliError(EXIT.badInput, 'MANIFEST_INVALID', message);
}
