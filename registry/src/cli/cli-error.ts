import type { Finding } from '../contract/check.ts';
import type { ExitCode } from './exit-codes.ts';
import type { SchemaSource } from './report.ts';

/** Why a command ended without doing what it was asked for. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  /** A code of the registry's, or one of the client's own. */
  readonly code: string;
  /** What the registry, or the client, found wrong, each with its place. */
  readonly findings: readonly Finding[];
  /** Lines that help, after the message. */
  readonly help: readonly string[];
  /** The registry's own words, for machines. */
  readonly details: unknown;
  /** Whose lines the findings name. */
  readonly source: SchemaSource | undefined;

  constructor(
    exitCode: ExitCode,
    code: string,
    message: string,
    more: {
      findings?: readonly Finding[];
      help?: readonly string[];
      details?: unknown;
      cause?: unknown;
      source?: SchemaSource;
    } = {},
  ) {
    super(message, 'cause' in more ? { cause: more.cause } : undefined);
    this.exitCode = exitCode;
    this.code = code;
    this.findings = more.findings ?? [];
    this.help = more.help ?? [];
    this.details = more.details;
    this.source = more.source;
  }

  /** The same, of the file from which the schema was read. */
  of(source: SchemaSource): CliError {
    const { findings, help, details } = this;
    return new CliError(this.exitCode, this.code, this.message, {
      findings,
      help,
      details,
      source,
      cause: this,
    });
  }
}
