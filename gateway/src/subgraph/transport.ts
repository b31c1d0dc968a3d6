import type { Lifetime } from './lifetime.ts';
import type { RawResponse } from './subgraph-client.ts';

export interface TransportRequest {
  /** By lower-case name; `content-length` and `host` are the transport's. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes in latin1: one character is one byte. */
  readonly body: string;
  /** Whether a second sending would do no harm: nothing else may be sent again once a byte of it has left. */
  readonly isRepeatable: boolean;
  /** The request's only clock. */
  readonly lifetime: Lifetime;
}

export interface TransportOptions {
  /** http or https; its path and query are where every request is posted to. */
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  /** An older connection takes no further request, so that what its name stands for by then is followed. */
  readonly maxConnectionAgeMs: number;
}

/** Is told what became of a request: one of the two, once, by a socket or a timer; and must not throw. */
export interface TransportReceiver {
  arrived(response: RawResponse): void;
  /** In the transport's own words, or with the lifetime's reason: toSubgraphFailure turns it into a code. */
  failed(reason: unknown): void;
}

/** Posts bodies to one URL and collects whole answers. Disposal ends every connection at once. */
export interface Transport extends AsyncDisposable {
  send(request: TransportRequest, receiver: TransportReceiver): void;
}

export type CreateTransport = (options: TransportOptions) => Transport;
