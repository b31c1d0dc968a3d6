import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { startFederation } from '../src/federation.ts';

it('GraphiQL answers the example query in a real browser, with nothing loaded from elsewhere', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'graphiql-'));
  const headersFile = join(folder.path, 'headers.json');
  await using federation = await startFederation({
    env: { gateway: { GRAPHIQL_QUERY: 'queries/home.graphql', GRAPHIQL_HEADERS_FILE: headersFile } },
  });
  const signInAgain = async () =>
    writeFile(headersFile, JSON.stringify({ authorization: `Bearer ${await federation.signIn()}` }));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    const faults: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(federation.gateway.url) && !/^(data|blob):/.test(request.url()))
        elsewhere.push(request.url());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    // The second visit must not send what the browser remembers of the first: its token may have expired.
    await writeFile(headersFile, JSON.stringify({ authorization: 'Bearer of.the.past' }));
    await page.goto(federation.gateway.url);
    await page.locator('.graphiql-query-editor').getByText('Home').first().waitFor();
    await signInAgain();
    await page.reload();

    await page.locator('.graphiql-query-editor').getByText('Home').first().waitFor();
    await page
      .getByRole('button', { name: /execute/i })
      .first()
      .click();
    await page.locator('.result-window, .graphiql-response').getByText('Mia Lindqvist').first().waitFor();

    expect(elsewhere).toEqual([]);
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});
