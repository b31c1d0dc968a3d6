import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the gateway finds what GraphiQL sends: read each time the page is served, so written once there is a token. */
export function graphiqlHeadersPath(stateDirectory: string): string {
  return join(stateDirectory, 'graphiql-headers.json');
}

/** For this user's eyes only, and never half a file; without a token there is no file. */
export function writeGraphiqlHeaders(path: string, token: string | undefined): void {
  if (token === undefined) {
    rmSync(path, { force: true });
    return;
  }
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify({ authorization: `Bearer ${token}` }, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
