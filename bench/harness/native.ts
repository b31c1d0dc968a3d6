import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface NativeTools {
  readonly load: string;
  readonly memoServer: string;
}

const sources = fileURLToPath(new URL('../native/', import.meta.url));

/** Compiles bench/native into the folder. About a second; needs a C compiler (Debian: gcc and libc6-dev). */
export async function compileNativeTools(folder: string): Promise<NativeTools> {
  const [load, memoServer] = await Promise.all([compile('load', folder), compile('memo-server', folder)]);
  return { load, memoServer };
}

// Private:

async function compile(name: string, folder: string): Promise<string> {
  const binary = join(folder, name);
  try {
    await promisify(execFile)('cc', ['-O2', '-o', binary, join(sources, `${name}.c`)]);
  } catch (cause) {
    throw new Error(`bench/native/${name}.c was not compiled: apt-get install gcc libc6-dev`, { cause });
  }
  return binary;
}
