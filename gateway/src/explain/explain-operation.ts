import { TributaryError } from '@tributary/errors';
import {
  type DocumentNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  type Source,
  validate,
} from 'graphql';
import type { Explanation } from '../execute/engine.ts';
import { explain } from '../execute/explain.ts';
import { PreparedOperation } from '../execute/prepared-operation.ts';
import { assertVariables, OperationRefused } from '../operation/index.ts';
import type { Planner } from '../plan/index.ts';

export interface ExplainRequest {
  /** The document with its name, which errors point into. */
  readonly source: Source;
  readonly operationName: string | undefined;
  /** Undefined leaves them unchecked: only those in @skip and @include matter, and they count as false. */
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** Labels of `@override(label:)` that are on. */
  readonly activeLabels: readonly string[];
}

/**
 * The plan of an operation and the code made of it, without asking a subgraph anything.
 * @throws OperationRefused or TributaryError
 */
export async function explainOperation(planner: Planner, request: ExplainRequest): Promise<Explanation> {
  const { source, operationName, variables, activeLabels } = request;
  const document = parseSource(source);
  const faults = validate(planner.schema, document);
  if (faults.length > 0) throw new OperationRefused('GRAPHQL_VALIDATION_FAILED', faults);
  const operation = chooseOperation(document, operationName);
  if (variables !== undefined) assertVariables(planner.schema, operation, variables);
  const plan = await planner.plan({ document, operation, activeLabels });
  const prepared = new PreparedOperation(planner, { source: source.body, document, operation }, plan);
  return explain(plan, prepared.compiledFor(variables ?? {}));
}

// Private:

function parseSource(source: Source): DocumentNode {
  try {
    return parse(source);
  } catch (error) {
    // The parser throws nothing else for a text.
    throw new OperationRefused('GRAPHQL_PARSE_FAILED', [error as GraphQLError]);
  }
}

function chooseOperation({ definitions }: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fitting =
    name === undefined ? operations : operations.filter((operation) => operation.name?.value === name);
  const [chosen, another] = fitting;
  if (chosen !== undefined && another === undefined) return chosen;
  const names = operations.flatMap((operation) => operation.name?.value ?? []).join(', ');
  throw new TributaryError(
    'OPERATION_RESOLUTION_FAILURE',
    operations.length === 0 ? 'The document has no operation' : `Choose one of its operations: ${names}`,
  );
}
