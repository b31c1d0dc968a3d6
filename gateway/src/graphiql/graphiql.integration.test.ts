import { mkdtempDisposable, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const stack = new AsyncDisposableStack();
let gateway: TestGateway;
let headersFile: string;

beforeAll(async () => {
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'graphiql-')));
  headersFile = join(folder.path, 'headers.json');
  const { supergraphSdl } = stack.use(await startLibrary());
  const graphiql = { defaultQuery: '{ viewer { id } } # </script>', headersFile };
  gateway = stack.use(await startTestGateway({ supergraphSdl, graphiql }));
});
afterAll(() => stack.disposeAsync());

/** What the page hands to GraphiQL; the page itself has nine megabytes. */
async function pageOptions(): Promise<string | undefined> {
  const html = await (await fetch(gateway.url)).text();
  return /^ *(\{"title":"Tributary".*),$/m.exec(html)?.[1];
}

it('shows the headers that its file holds when the page is served, and none while there is no file', async () => {
  expect(JSON.parse((await pageOptions()) ?? '')).not.toHaveProperty('headers');

  await writeFile(headersFile, '{"authorization":"Bearer first"}');
  expect(JSON.parse((await pageOptions()) ?? '')).toMatchObject({
    headers: '{"authorization":"Bearer first"}',
    // A token that the browser kept would win over the next one in the file.
    shouldPersistHeaders: false,
  });

  await rm(headersFile);
  expect(JSON.parse((await pageOptions()) ?? '')).not.toHaveProperty('headers');
});

it('cannot be left by what the query or the headers say', async () => {
  await writeFile(headersFile, '</script>');
  expect(await pageOptions()).not.toContain('</script>');
  await rm(headersFile);
});
