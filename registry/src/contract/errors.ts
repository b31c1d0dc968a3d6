/** The body of every answer that is not a success. */
export interface ErrorBody {
  readonly error: {
    /** A code of docs/errors.md. */
    readonly code: string;
    readonly message: string;
    readonly traceId?: string;
    readonly [detail: string]: unknown;
  };
}
