import { createLeanTransport } from '../../gateway/src/subgraph/lean-transport.ts';
import type { Transport } from '../../gateway/src/subgraph/transport.ts';
import { createUndiciTransport } from '../../gateway/src/subgraph/undici-transport.ts';

/** The gateway's own transports, bare: without deadline, metrics and spans. */
export function createTransport(name: string, url: string): Transport {
  const options = {
    url,
    connectTimeoutMs: 2_000,
    maxResponseBytes: 16 * 1024 * 1024,
    maxConnections: 128,
    maxConnectionAgeMs: 60_000,
  };
  if (name === 'undici') return createUndiciTransport(options);
  if (name === 'lean') return createLeanTransport(options);
  throw new Error(`There is no transport ${name}`);
}
