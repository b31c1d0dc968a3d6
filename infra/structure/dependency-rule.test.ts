import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One import each that the rule of docs/architecture.md forbids, and one each that it allows. */
const FORBIDDEN: readonly (readonly [file: string, specifier: string])[] = [
  ['services/users/src/domain/a.ts', '../store/users.ts'],
  ['services/users/src/domain/b.ts', 'graphql'],
  ['services/users/src/domain/c.ts', 'node:fs'],
  ['services/users/src/store/a.ts', '../loaders/users.ts'],
  ['services/users/src/store/b.ts', '../loaders.ts'],
  ['services/users/src/loaders/a.ts', '../resolvers/users.ts'],
  ['services/users/src/loaders.ts', './resolvers/users.ts'],
  ['services/users/src/resolvers/a.ts', '../server.ts'],
  ['services/users/src/server.ts', '../../orders/src/server.ts'],
  ['services/users/src/seed.ts', '@tributary/orders'],
  ['services/users/src/environment.ts', '@tributary/gateway'],
  ['packages/errors/src/a.ts', '../../../gateway/src/server.ts'],
  ['packages/errors/src/b.ts', '@tributary/users'],
  ['gateway/src/a.ts', '../../services/users/src/server.ts'],
  ['gateway/src/b.ts', '@tributary/loyalty'],
  ['registry/src/a.ts', '@tributary/users'],
  ['registry/src/domain/a.ts', 'graphql'],
  ['registry/src/contract/a.ts', '../domain/release.ts'],
  ['registry/src/schema/a.ts', '../store/releases.ts'],
  ['registry/src/thread/a.ts', '../operations/check.ts'],
  ['registry/src/store/a.ts', '../operations/check.ts'],
  ['registry/src/operations/a.ts', '../api/parts.ts'],
  ['registry/src/api/a.ts', '../server.ts'],
  ['registry/src/cli/a.ts', '../domain/release.ts'],
  ['registry/src/cli/commands/a.ts', '../../store/releases.ts'],
];
const ALLOWED: typeof FORBIDDEN = [
  ['services/orders/src/domain/a.ts', './money.ts'],
  ['services/orders/src/store/a.ts', '../domain/money.ts'],
  ['services/orders/src/resolvers/a.ts', '../loaders/orders.ts'],
  ['services/orders/src/server.ts', './resolvers/order.ts'],
  ['services/orders/src/store/b.ts', '@tributary/database'],
  ['packages/subgraph/src/a.ts', '@tributary/identity'],
  ['gateway/src/c.ts', './execute/index.ts'],
  ['registry/src/cli/commands/b.ts', '../../contract/check.ts'],
  ['registry/src/cli/b.ts', 'graphql'],
  ['registry/src/operations/b.ts', '../thread/schema-workers.ts'],
  ['registry/src/schema/b.ts', '../domain/fetch-depth.ts'],
  ['registry/src/contract/b.ts', 'zod'],
];

describe('the dependency rule', () => {
  let folder: string;
  let refused: ReadonlySet<string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'dependency-rule-'));
    await copyFile(join(root, 'biome.json'), join(folder, 'biome.json'));
    for (const [file, specifier] of [...FORBIDDEN, ...ALLOWED]) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `import { x } from '${specifier}';\nexport const y = x;\n`);
    }
    refused = await filesRefused(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(FORBIDDEN)('%s may not import %s', (file) => expect(refused).toContain(file));
  it.each(ALLOWED)('%s may import %s', (file) => expect(refused).not.toContain(file));
});

async function filesRefused(folder: string): Promise<ReadonlySet<string>> {
  const biome = join(root, 'node_modules/.bin/biome');
  const options = [
    'lint',
    '--vcs-enabled=false',
    '--only=style/noRestrictedImports',
    '--reporter=github',
    '--max-diagnostics=none',
  ];
  const output = await new Promise<string>((resolve) => {
    // Exit code 1 is what findings give: the report is what counts.
    execFile(biome, [...options, '.'], { cwd: folder }, (_, stdout) => resolve(stdout));
  });
  return new Set([...output.matchAll(/file=([^,]+),/g)].map(([, file = '']) => relative(folder, file)));
}
