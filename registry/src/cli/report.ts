import type { Finding } from '../contract/check.ts';
import type { ExitCode } from './exit-codes.ts';

/** How a command ended, before it is put into a format. */
export interface Report {
  readonly exitCode: ExitCode;
  /** One line: what was done, or why it was not. */
  readonly summary: string;
  /** More lines for a person. */
  readonly lines?: readonly string[];
  readonly findings: readonly Finding[];
  /** Says where the subgraph whose SDL was read is kept, so that places become file:line. */
  readonly source?: SchemaSource;
  /** For machines: what the registry answered. */
  readonly data: unknown;
  /** The answer itself, where that is a document and not a report: text goes out as it is. */
  readonly document?: string;
}

export interface SchemaSource {
  readonly subgraph: string;
  /** Relative to the working directory where that is shorter. */
  readonly file: string;
}
