import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.ts';

export interface TributaryErrorOptions {
  readonly cause?: unknown;
  /** Further facts for the client, next to `code`. They reach it as they are: nothing secret. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * A failure with a code of the catalogue. Its message is meant for the client and may be shown to it;
 * the cause is for the log only. Expected business outcomes are typed results in the schema, not errors.
 */
export class TributaryError extends Error {
  override readonly name = 'TributaryError';
  readonly code: ErrorCode;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: TributaryErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.extensions = options.extensions ?? {};
  }

  /** HTTP status when the whole response is this error. */
  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }
}
