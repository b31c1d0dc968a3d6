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

/** What one client request has gone through: written by the policies on the way, read by whoever answers. */
export class RequestReport {
  /** Milliseconds that its fetches took, for each subgraph the sum. */
  readonly subgraphMs = new Map<string, number>();
  /** Whether it has changed something: what was cached before may be of no use to it any more. */
  hasMutated = false;
  #degraded: Degradation[] | undefined;

  get degraded(): readonly Degradation[] {
    return this.#degraded ?? [];
  }

  fetched(subgraph: string, ms: number): void {
    this.subgraphMs.set(subgraph, (this.subgraphMs.get(subgraph) ?? 0) + ms);
  }

  degrade(degradation: Degradation): void {
    if (this.#degraded === undefined) this.#degraded = [degradation];
    else this.#degraded.push(degradation);
  }
}
