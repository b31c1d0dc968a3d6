/** A part of an answer that is not what it should be, as the client is told in `extensions.degraded`. */
export interface Degradation {
  /** Where in the client's response; `@` stands for each item of a list. Empty for the root. */
  readonly path: readonly string[];
  readonly subgraph: string;
  /** An error code of the catalogue, or STALE for data that is older than its subgraph allows. */
  readonly reason: string;
  /** Whether the same request may bring all of it when it is sent again. */
  readonly retryable: boolean;
  /** Of stale data: seconds since the subgraph gave it. */
  readonly ageSeconds?: number;
}

/** Where most of a request's time went. */
export interface SlowestSubgraph {
  readonly name: string;
  /** Text of the slowest fetch; undefined where that was one of another subgraph's, which took less time together. */
  readonly query: string | undefined;
}

/** What one client request has gone through: written by the policies on the way, read by whoever answers. */
export class RequestReport {
  /** Milliseconds that its fetches took, for each subgraph the sum. */
  readonly subgraphMs = new Map<string, number>();
  /** Whether it has changed something: what was cached before may be of no use to it any more. */
  hasMutated = false;
  // The slowest fetch in three fields: an object for each fetch would be felt.
  #slowestMs = 0;
  #slowestName = '';
  #slowestQuery = '';
  #degraded: Degradation[] | undefined;

  get degraded(): readonly Degradation[] {
    return this.#degraded ?? [];
  }

  /** The subgraph whose fetches took the longest together; undefined where nothing was fetched. */
  get slowest(): SlowestSubgraph | undefined {
    let name: string | undefined;
    let most = -1;
    for (const [subgraph, ms] of this.subgraphMs) if (ms > most) [name, most] = [subgraph, ms];
    if (name === undefined) return undefined;
    return { name, query: name === this.#slowestName ? this.#slowestQuery : undefined };
  }

  /** `query` is the text of what was asked for. */
  fetched(subgraph: string, ms: number, query: string): void {
    this.subgraphMs.set(subgraph, (this.subgraphMs.get(subgraph) ?? 0) + ms);
    if (ms <= this.#slowestMs) return;
    this.#slowestMs = ms;
    this.#slowestName = subgraph;
    this.#slowestQuery = query;
  }

  degrade(degradation: Degradation): void {
    if (this.#degraded === undefined) this.#degraded = [degradation];
    else this.#degraded.push(degradation);
  }
}
