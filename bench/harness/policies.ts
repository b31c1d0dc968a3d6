import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GatewayInputs } from './gateway-kinds.ts';

const FORWARD = `headers:
  forward: [authorization]
`;

/** No operation of the benchmark is refused: neither by its size, nor while 500 connections wait for answers. */
const ROOM = `traffic:
  maxResponseBytes: 67108864
`;

const BARE = `limits:
  tokens: 1000000
  depth: 1000000
  aliases: 1000000
  rootFields: 1000000
  fields: 1000000
`;

export async function writePolicies(folder: string): Promise<GatewayInputs['policies']> {
  const policies = { bare: join(folder, 'bare.yaml'), secure: join(folder, 'secure.yaml') };
  await writeFile(policies.bare, FORWARD + ROOM + BARE);
  await writeFile(policies.secure, FORWARD + ROOM);
  return policies;
}
