import { type DocumentNode, Kind, parse, validate } from 'graphql';
import { apiSchemaOf } from './api-schema.ts';
import type { PlannedOperation } from './plan-changes.ts';

export interface OperationProblem {
  readonly id: string;
  readonly message: string;
  /** False when it is not GraphQL at all, or not one operation. */
  readonly isReadable: boolean;
}

/** What is wrong with operations, each by its first fault; without a schema only whether they can be read. */
export function reviewOperations(
  apiSdl: string | undefined,
  operations: readonly PlannedOperation[],
): readonly OperationProblem[] {
  const schema = apiSdl === undefined ? undefined : apiSchemaOf(apiSdl);
  return operations.flatMap(({ id, body }): readonly OperationProblem[] => {
    const document = read(body);
    if (typeof document === 'string') return [{ id, message: document, isReadable: false }];
    const [fault] = schema === undefined ? [] : validate(schema, document, undefined, { maxErrors: 1 });
    return fault === undefined ? [] : [{ id, message: fault.message, isReadable: true }];
  });
}

// Private:

const MOST_TOKENS = 100_000;

function read(body: string): DocumentNode | string {
  try {
    const document = parse(body, { noLocation: true, maxTokens: MOST_TOKENS });
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    return operations.length === 1 ? document : `it has ${operations.length} operations.`;
  } catch (error) {
    // A stack that overflows: nested too deeply.
    return error instanceof Error ? error.message : String(error);
  }
}
