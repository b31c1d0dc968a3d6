/** One subgraph of a supergraph: what composition takes. Plain data, as it crosses threads. */
export interface Member {
  readonly name: string;
  readonly routingUrl: string;
  readonly sdl: string;
}
