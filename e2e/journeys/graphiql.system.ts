import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { startFederation } from '../src/federation.ts';

it('GraphiQL answers the example query in a real browser, with nothing loaded from elsewhere', async () => {
  await using federation = await startFederation({
    env: { gateway: { GRAPHIQL_QUERY: 'queries/home.graphql' } },
  });
  const headers = JSON.stringify({ authorization: `Bearer ${await federation.signIn()}` });
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
    await page.goto(`${federation.gateway.url}/?headers=${encodeURIComponent(headers)}`);

    await page.locator('.graphiql-query-editor').getByText('Home').first().waitFor();
    await page
      .getByRole('button', { name: /execute/i })
      .first()
      .click();
    await page.locator('.result-window, .graphiql-response').getByText('data').first().waitFor();

    expect(elsewhere).toEqual([]);
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});
