import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** A notice as it came, with the supergraphs that it names. */
export interface SavedDelivery {
  readonly body: Uint8Array;
  readonly signature: string;
  /** By digest. Whoever reads them proves them again. */
  readonly supergraph: (digest: string) => Promise<Uint8Array>;
  /** When a registry last said that this is what to serve. */
  readonly confirmedAt: Date;
}

export interface LastGood {
  /** Undefined when nothing was saved. @throws Error when the disk cannot be read. */
  read(): Promise<SavedDelivery | undefined>;
  /** All or nothing, also when the process is killed meanwhile. @throws Error when the disk is full or not writable. */
  save(delivery: {
    readonly body: Uint8Array;
    readonly signature: string;
    readonly supergraphs: ReadonlyMap<string, Uint8Array | string>;
  }): Promise<void>;
  /** Notes that the registry says the same as before. */
  confirm(at: Date): Promise<void>;
}

const NOTICE = 'delivery';
/** Workers that share the directory may be one release apart: what one of them still names is not taken from it. */
const KEEP_MS = 24 * 60 * 60 * 1_000;

/**
 * The last good delivery in a directory of its own: the signed notice (first line the signature, then the body) and one
 * file for each supergraph, named by its digest. Supergraphs are written first, so a notice never names one that is missing.
 */
export function createLastGood(directory: string): LastGood {
  const noticePath = join(directory, NOTICE);
  const supergraphPath = (digest: string) => join(directory, `${digest}.graphql`);

  return {
    async read() {
      try {
        const [{ mtime }, bytes] = await Promise.all([stat(noticePath), readFile(noticePath)]);
        const end = bytes.indexOf('\n');
        return {
          signature: bytes.subarray(0, Math.max(end, 0)).toString(),
          body: bytes.subarray(end + 1),
          supergraph: (digest) => readFile(supergraphPath(digest)),
          confirmedAt: mtime,
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save({ body, signature, supergraphs }) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      for (const [digest, sdl] of supergraphs) await replace(supergraphPath(digest), sdl);
      await replace(noticePath, Buffer.concat([Buffer.from(`${signature}\n`), body]));
      await tidy(directory, new Set([...supergraphs.keys()].map((digest) => `${digest}.graphql`)));
    },
    confirm: (at) => utimes(noticePath, at, at),
  };
}

// Private:

/** Who reads the path sees the old file or the new one, whole, even after the machine lost its power. */
async function replace(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${randomUUID()}.new`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

/** Old supergraphs, and drafts of processes that were killed. */
async function tidy(directory: string, needed: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(directory)) {
    if (needed.has(name) || !/\.graphql$|\.new$/.test(name)) continue;
    const path = join(directory, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > KEEP_MS) await rm(path, { force: true });
  }
}
