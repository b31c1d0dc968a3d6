import type { ErrorCode } from '@tributary/errors';
import { GraphQLError } from 'graphql';

/** A document or operation that will not run, with every reason. Each error has a code and a message for the client. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';
  readonly errors: readonly GraphQLError[];

  constructor(code: ErrorCode, reasons: readonly GraphQLError[]) {
    super(code);
    this.errors = reasons.map(
      ({ message, nodes, source, positions }) =>
        new GraphQLError(message, {
          nodes: nodes ?? null,
          source: source ?? null,
          positions: positions ?? null,
          extensions: { code },
        }),
    );
  }
}
