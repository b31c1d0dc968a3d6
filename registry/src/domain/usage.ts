/** What is known of the requests that clients sent, in the window that is kept. */
export interface UsageReport {
  /** Requests that were looked at. */
  readonly samples: number;
  /** By coordinate; one that is missing was used by none of the samples. */
  readonly uses: ReadonlyMap<string, CoordinateUsage>;
}

export interface CoordinateUsage {
  readonly count: number;
  /** `name version` each, those that use it most first. */
  readonly clients: readonly string[];
}

/** An operation that some client sends. */
export interface KnownOperation {
  readonly id: string;
  readonly name: string;
  readonly body: string;
  /** `app ios 3.1` for one of a manifest, `client web 12` for one that was seen. */
  readonly usedBy: string;
}
