import type { GraphQLAnswer } from '../../src/graphql.ts';
import type { Stage } from './stage.ts';

/** One fault, as data: how it is made, what is asked meanwhile, and what everyone sees of it. A test, and a row of the page. */
export interface FaultRow {
  readonly name: string;
  /** Begins the fault; disposing what it gives ends it. */
  readonly begin: (stage: Stage) => Disposable | AsyncDisposable | Promise<Disposable | AsyncDisposable>;
  /** What the client does meanwhile. The home query unless it says otherwise. */
  readonly ask?: Ask;
  readonly client: ClientOutcome;
  readonly withinMs: number;
  /** Unset: nothing of it can be in a trace. */
  readonly span?: SpanSign;
  /** Unset: no series tells of it. */
  readonly metric: MetricSign | undefined;
  /** Unset: nobody logs anything about it. */
  readonly log?: LogSign;
  /** What else holds, in words, and what proves it. Runs while the fault is still on. */
  readonly also?: { readonly says: string; readonly check: (stage: Stage) => Promise<void> };
}

export interface FaultGroup {
  readonly title: string;
  /** What holds for all of its rows, as a paragraph of the page. */
  readonly about?: string;
  readonly rows: readonly FaultRow[];
}

/** `headers` carries the trace that the row is looked up by. Undefined where the client did not wait for an answer. */
export type Ask = (
  stage: Stage,
  headers: Readonly<Record<string, string>>,
) => Promise<GraphQLAnswer | undefined>;

/** Of the data: all as if nothing were wrong, all but what loyalty owns, only `me: null`, null, or no data at all. */
export type DataSeen = 'whole' | 'all but loyalty' | 'me: null' | 'null' | 'none';

export type ClientOutcome =
  | 'gone'
  | {
      readonly status: number;
      readonly data: DataSeen;
      /** Of all errors, each once, sorted. */
      readonly codes: readonly string[];
      /** What extensions.degraded names, as `subgraph reason`, each once. Unset: nothing. */
      readonly degraded?: readonly string[];
    };

export interface SpanSign {
  /** The gateway's unless it says otherwise. */
  readonly service?: string;
  readonly name: string;
  /** A pattern is looked for, anything else must be equal. */
  readonly attributes: Readonly<Record<string, string | number | RegExp>>;
}

/** A series that grew meanwhile. */
export interface MetricSign {
  readonly process?: ProcessName;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface LogSign {
  readonly process?: ProcessName;
  readonly msg: string;
  /** A pattern is looked for, anything else must be equal. */
  readonly fields: Readonly<Record<string, string | RegExp>>;
}

/** `workers` is a second gateway, of two processes; `follower` one that a row starts, which follows a registry. */
export type ProcessName = 'gateway' | 'workers' | 'follower' | 'users' | 'orders' | 'loyalty';
