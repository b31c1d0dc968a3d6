import { createLeanTransport } from '../../gateway/src/subgraph/lean-transport.ts';
import type { CreateTransport } from '../../gateway/src/subgraph/transport.ts';
import { createUndiciTransport } from '../../gateway/src/subgraph/undici-transport.ts';
import { createFetchTransport, createUndiciRequestTransport } from './other-transports.ts';

/** The first is what the others are compared with. */
export const CLIENTS: Readonly<Record<string, CreateTransport>> = {
  'undici dispatch': createUndiciTransport,
  'undici request': createUndiciRequestTransport,
  fetch: createFetchTransport,
  lean: createLeanTransport,
  'lean, pipelining 8': (options) => createLeanTransport({ ...options, pipelining: 8 }),
};
