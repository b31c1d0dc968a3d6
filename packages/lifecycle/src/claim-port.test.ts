import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { claimPort } from './claim-port.ts';

const claimHere = new URL('claim-port.ts', import.meta.url).href;

describe('claimPort', () => {
  it('gives a port that can be listened on, and each once', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, claimPort));
    expect(new Set(ports).size).toBe(50);
    for (const port of ports) {
      const server = createServer().listen(port, '127.0.0.1');
      await once(server, 'listening');
      server.close();
    }
  });

  it('gives no port that another process has claimed, though nothing listens there', async () => {
    const mine = await claimPort();
    // A process whose dice fall on the very port that is claimed here.
    const script = `
      Math.random = () => (${mine} - 22_000) / (32_768 - 22_000);
      const { claimPort } = await import(${JSON.stringify(claimHere)});
      console.log(await claimPort());`;
    const theirs = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
    });
    expect(Number(theirs)).toBeGreaterThan(mine);
  });
});
