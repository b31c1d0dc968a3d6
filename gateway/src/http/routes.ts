import type { Span } from '@tributary/telemetry';
import type { Answer } from '../respond/index.ts';
import type { HttpExchange } from '../wire/index.ts';

export interface Exchange {
  readonly request: HttpExchange;
  /** The query string as it was sent, without its `?`. */
  readonly search: string;
  /** The SERVER span of the request. */
  readonly span: Span;
}

export interface Route {
  /** Exact path: also the value of the `route` metric label. */
  readonly path: string;
  answer(exchange: Exchange): Promise<Answer>;
}
