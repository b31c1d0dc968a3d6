import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './process.ts';

/** The part of a page that a program writes, between `<!-- name -->` and `<!-- /name -->`. Trimmed. */
export async function readSection(page: string, name: string): Promise<string> {
  const text = await readFile(join(root, page), 'utf8');
  return sectionOf(page, name, text).trim();
}

export async function writeSection(page: string, name: string, content: string): Promise<void> {
  const text = await readFile(join(root, page), 'utf8');
  const old = sectionOf(page, name, text);
  const at = text.indexOf(`${open(name)}${old}`) + open(name).length;
  await writeFile(join(root, page), `${text.slice(0, at)}\n${content}\n${text.slice(at + old.length)}`);
}

// Private:

const open = (name: string) => `<!-- ${name} -->`;

function sectionOf(page: string, name: string, text: string): string {
  const from = text.indexOf(open(name)) + open(name).length;
  const to = text.indexOf(`<!-- /${name} -->`);
  if (from < open(name).length || to < from) throw new Error(`${page} has no section ${open(name)}`);
  return text.slice(from, to);
}
