import { createLeanTransport, speaksLean } from './lean-transport.ts';
import type { Transport, TransportOptions } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

export interface TransportPolicy extends TransportOptions {
  /** Who speaks with http: URLs. */
  readonly httpClient: 'lean' | 'undici';
  /** Most queries on one connection at once; 1 is none behind another. Of the lean client only. */
  readonly pipelining: number;
}

/** The lean client where it can and may speak, undici for everything else. */
export function createTransport(policy: TransportPolicy): Transport {
  const isLean = policy.httpClient === 'lean' && speaksLean(new URL(policy.url));
  return isLean ? createLeanTransport(policy) : createUndiciTransport(policy);
}
