import type { RawResponse } from '../subgraph-client.ts';
import type { Transport, TransportRequest } from '../transport.ts';

/** Sends by a transport and waits for what becomes of it. */
export function post(transport: Transport, request: TransportRequest): Promise<RawResponse> {
  return new Promise((arrived, failed) => transport.send(request, { arrived, failed }));
}
