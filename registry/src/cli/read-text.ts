import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';

export interface TextFile {
  /** As a person would name it. */
  readonly file: string;
  readonly content: string;
}

/** A file, or standard input for `-`. `code` is that of the error when it cannot be read. */
export async function readTextFile(
  path: string,
  stdin: NodeJS.ReadableStream,
  code: string,
): Promise<TextFile> {
  if (path === '-') return { file: 'standard input', content: await text(stdin) };
  const file = shortPath(path);
  try {
    return { file, content: await readFile(path, 'utf8') };
  } catch (error) {
    const { code: reason = '' } = error as NodeJS.ErrnoException;
    throw new CliError(EXIT.badInput, code, `${file} cannot be read: ${REASONS[reason] ?? reason}.`);
  }
}

// Private:

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'that is a folder',
  EACCES: 'it may not be read',
};

function shortPath(path: string): string {
  const absolute = resolve(path);
  const near = relative(process.cwd(), absolute);
  return near.startsWith('..') ? absolute : near;
}
