import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookAtCanary } from '../../registry/src/operations/canary-watch.ts';
import { beginCanaryFixture, type CanaryFixture } from '../../registry/src/testing/canary-fixture.ts';
import { startTestRegistry, type TestRegistry } from '../../registry/src/testing.ts';

/** Where pictures of the pages go, to be looked at; none unless it is set. */
const pictures = process.env.PAGE_PICTURES;

let registry: TestRegistry;
let canary: CanaryFixture;
let browser: Browser;

beforeAll(async () => {
  registry = await startTestRegistry();
  const { db } = registry.database;
  const supergraph = await readFile(
    new URL('../../infra/supergraph/supergraph.graphql', import.meta.url),
    'utf8',
  );
  canary = await beginCanaryFixture(db, { supergraph });
  await sql`insert into arm_bin (environment, release, arm, at, requests, errors)
    select ${canary.environment}, 2, arm, date_trunc('minute', now()) - make_interval(secs => 5 * step), 200,
      case arm when 'live' then step % 3 else 2 + step % 7 end
    from unnest(array['live', 'canary']) as arm, generate_series(1, 240) as step`.execute(db);
  await canary.report({ share: 1, live: [9_800, 12], canary: [30, 1], buckets: [24, 25] });
  await lookAtCanary(
    {
      db,
      settings: { steps: [1, 10, 50], leastSeconds: 60, holdSeconds: 3_600, whenUndecided: 'hold' },
      now: () => new Date(),
      onRelease: () => {},
      onError: () => {},
    },
    canary.environment,
  );
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
});
afterAll(async () => {
  await browser?.close();
  await canary?.end();
  await registry?.[Symbol.asyncDispose]();
});

it.each(['light', 'dark'] as const)(
  'stands in a real browser in %s colours, with nothing refused, loaded or run',
  async (colorScheme) => {
    const context = await browser.newContext({
      colorScheme,
      viewport: { width: 1_100, height: 900 },
      httpCredentials: { username: 'anybody', password: registry.token },
    });
    const page = await context.newPage();
    const faults: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => requests.push(request.url()));

    await page.goto(`${registry.url}/environments/${canary.environment}`);
    await page.getByRole('heading', { name: 'Canary: release 2' }).waitFor();
    await page.getByRole('img', { name: 'Requests that failed, by arm' }).waitFor();
    expect(await page.getByRole('img', { name: /^3 subgraphs/ }).isVisible()).toBe(true);
    expect(await page.locator('[aria-current=step]').textContent()).toBe('1 %');
    // The style sheet is in force: its digest is the one that the policy allows.
    expect(await page.evaluate(`getComputedStyle(document.body).backgroundColor`)).toBe(
      colorScheme === 'light' ? 'rgb(252, 252, 251)' : 'rgb(21, 24, 26)',
    );
    expect(await page.evaluate(`document.documentElement.scrollWidth <= innerWidth`)).toBe(true);
    await picture(page, `environment-${colorScheme}`);

    await page.getByRole('link', { name: '2', exact: true }).first().click();
    await page.getByRole('heading', { name: `${canary.environment}, release 2` }).waitFor();
    await picture(page, `release-${colorScheme}`);
    expect(faults).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(registry.url) && !url.startsWith('data:'))).toEqual([]);
    await context.close();
  },
);

it('fits the width of a phone', async () => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    httpCredentials: { username: 'anybody', password: registry.token },
  });
  const page = await context.newPage();
  await page.goto(`${registry.url}/environments/${canary.environment}`);
  expect(await page.evaluate(`document.documentElement.scrollWidth <= innerWidth`)).toBe(true);
  await picture(page, 'phone');
  await context.close();
});

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}
