import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { poll } from './poll.ts';
import type { TextSource } from './text-source.ts';

export interface FileSourceOptions {
  readonly intervalMs?: number;
}

/**
 * A file, looked at once a second. Polling sees what file events miss: a replaced symbolic link (how Kubernetes
 * updates a ConfigMap), network and container mounts, an editor's rename.
 */
export function createFileSource(path: string, { intervalMs = 1000 }: FileSourceOptions = {}): TextSource {
  const absolute = resolve(path);
  let seen: string | undefined;
  let text: string | undefined;

  async function readChanged(): Promise<string | undefined> {
    const mark = await markOf(absolute);
    if (mark === seen) return undefined;
    text = await readFile(absolute, 'utf8');
    // Taken before the read: a write in between changes the mark again and is seen next time.
    seen = mark;
    return text;
  }

  return {
    location: path,
    async read() {
      try {
        return (await readChanged()) ?? text ?? '';
      } catch (error) {
        throw new Error(describe(path, error as NodeJS.ErrnoException), { cause: error });
      }
    },
    watch: (listener) => poll({ intervalMs, read: readChanged, listener, initial: text }),
  };
}

/** Changes with each write: several file systems keep times to the millisecond only, so size and inode count too. */
async function markOf(path: string): Promise<string> {
  const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
  return `${mtimeNs}/${ctimeNs}/${size}/${ino}`;
}

function describe(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `${path}: there is no such file`;
  if (code === 'EISDIR') return `${path}: is a directory, not a file`;
  if (code === 'EACCES') return `${path}: this process may not read the file`;
  return `${path}: ${message}`;
}
