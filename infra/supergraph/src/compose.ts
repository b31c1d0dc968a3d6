/**
 * Composes supergraph.yaml into supergraph.graphql. With `--check` it writes nothing and fails if the committed file
 * is not what the subgraphs' schemas compose to today.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { composeSubgraphs } from './compose-subgraphs.ts';
import { readSubgraphs, type SubgraphSource } from './configuration.ts';
import { describeDifference } from './describe-difference.ts';
import { describeProblems } from './describe-problems.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const configurationPath = fileURLToPath(new URL('../supergraph.yaml', import.meta.url));
const supergraphPath = fileURLToPath(new URL('../supergraph.graphql', import.meta.url));

const outcome = composeSubgraphs(readOrExit(configurationPath));
if (!outcome.composed) exit(describeProblems(outcome.problems, root));
for (const hint of outcome.hints) console.warn(hint);

const committed = readIfThere(supergraphPath);
const difference = describeDifference(committed, outcome.supergraphSdl);
if (difference === undefined) {
  console.log('supergraph.graphql is up to date');
} else if (process.argv.includes('--check')) {
  exit(
    `infra/supergraph/supergraph.graphql is stale: ${difference}\nRun \`npm run compose\` and commit the file.`,
  );
} else {
  writeFileSync(supergraphPath, outcome.supergraphSdl);
  console.log('supergraph.graphql written');
}

// Private:

function readOrExit(path: string): readonly SubgraphSource[] {
  try {
    return readSubgraphs(path);
  } catch (error) {
    return exit(error instanceof Error ? error.message : String(error));
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function exit(message: string): never {
  console.error(message);
  process.exit(1);
}
