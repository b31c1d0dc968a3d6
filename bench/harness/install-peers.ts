import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const gateways = fileURLToPath(new URL('../gateways/', import.meta.url));

/** The other gateways are no dependencies of this repository: the first benchmark installs them, from their own lockfile. */
export async function installPeers(): Promise<void> {
  if (existsSync(`${gateways}node_modules/.package-lock.json`)) return;
  console.log('Installing the other gateways (bench/gateways)');
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: gateways });
}
