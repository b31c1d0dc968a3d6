import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Where each run leaves a report of its own for .ci/run, which adds them up. */
const reports = process.env.TEST_REPORT_DIRECTORY;
/** Property tests draw the same cases in every run: a run that fails can be run again. FC_SEED draws others. */
const setupFiles = ['infra/vitest/fixed-seed.ts'];
const exclude = ['**/node_modules/**'];
/**
 * As Node resolves: graphql names an ES module build for bundlers, which Vite would take while @apollo/subgraph requires
 * the other, and two copies of graphql refuse each other's schemas.
 */
const resolve = {
  alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }],
};

export default defineConfig({
  test: {
    reporters: ['default', ...(reports === undefined ? [] : [jsonReport(reports)])],
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          setupFiles,
          include: ['{gateway,registry,services,packages,infra}/**/*.test.ts'],
          exclude: [...exclude, '**/*.integration.test.ts'],
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          setupFiles,
          include: ['{gateway,registry,services,packages,infra}/**/*.integration.test.ts'],
          exclude,
          // They wait for processes and databases more than they compute; the default is one less than the cores.
          maxWorkers: 3,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          setupFiles,
          include: ['e2e/**/*.e2e.ts'],
          exclude,
          globalSetup: 'e2e/src/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // What needs more than Node (PostgreSQL, Redis, a Jaeger binary, Chromium) or more than a minute. See .ci/run.
        resolve,
        test: {
          name: 'system',
          setupFiles,
          include: ['{e2e,gateway,packages,registry,services}/**/*.system.ts'],
          exclude,
          globalSetup: 'e2e/src/global-setup.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

function jsonReport(directory: string): [string, { outputFile: string }] {
  return ['json', { outputFile: join(directory, `${randomUUID()}.json`) }];
}
