import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

export interface MigrationFile {
  readonly number: number;
  /** File name without `.sql`, as `0001-orders`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text, the same for LF and CRLF files. */
  readonly checksum: string;
}

const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** Reads a folder of `NNNN-name.sql` files in the order of their numbers. Throws when a name is off or a number comes twice. */
export async function readMigrationFiles(folder: URL): Promise<readonly MigrationFile[]> {
  const base = folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`);
  const fileNames = (await readdir(base)).filter((name) => name.endsWith('.sql')).sort();
  const files: MigrationFile[] = [];
  for (const fileName of fileNames) {
    const number = Number(FILE_NAME.exec(fileName)?.[1] ?? Number.NaN);
    if (Number.isNaN(number))
      throw new Error(`migration ${fileName}: the name must be like 0001-what-it-does.sql`);
    if (files.at(-1)?.number === number) {
      throw new Error(`migrations ${files.at(-1)?.name}.sql and ${fileName} have the same number`);
    }
    const sql = (await readFile(new URL(fileName, base), 'utf8')).replaceAll('\r\n', '\n');
    const checksum = createHash('sha256').update(sql).digest('hex');
    files.push({ number, name: fileName.slice(0, -'.sql'.length), sql, checksum });
  }
  return files;
}
