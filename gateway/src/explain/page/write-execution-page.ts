import { readFile, writeFile } from 'node:fs/promises';
import { explainCommand } from '../command.ts';
import { withDeclarations } from './execution-page.ts';

// Run by `npm run docs:execution`; a test fails while the page is older than the compiler.
const root = new URL('../../../../', import.meta.url);
const target = new URL('docs/execution.md', root);

const codes = new Map<string, string>();
for (const query of ['home', 'account']) {
  const supergraph = 'infra/supergraph/supergraph.graphql';
  const args = ['--supergraph', supergraph, '--operation', `queries/${query}.graphql`, '--code'];
  const { stdout, stderr } = await explainCommand(args, (file) => readFile(new URL(file, root), 'utf8'));
  if (stderr !== '') throw new Error(stderr);
  codes.set(query, stdout);
}
const page = await readFile(target, 'utf8');
await writeFile(
  target,
  withDeclarations(page, (query) => codes.get(query)),
);
