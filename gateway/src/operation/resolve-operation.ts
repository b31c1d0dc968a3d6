import { TributaryError } from '@tributary/errors';
import {
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { PreparedOperation } from './documents.ts';
import { OperationRefused } from './operation-refused.ts';

/** The one operation to run. @throws TributaryError OPERATION_RESOLUTION_FAILURE */
export function resolveOperation(
  operations: readonly PreparedOperation[],
  operationName: string | undefined,
): PreparedOperation {
  if (operationName === undefined) {
    const [only, another] = operations;
    if (only !== undefined && another === undefined) return only;
    throw new TributaryError(
      'OPERATION_RESOLUTION_FAILURE',
      only === undefined ? 'The document has no operation' : 'Name one of the operations in operationName',
    );
  }
  const named = operations.find(({ operation }) => operation.name?.value === operationName);
  if (named) return named;
  throw new TributaryError(
    'OPERATION_RESOLUTION_FAILURE',
    'The document has no operation of the name in operationName',
  );
}

/**
 * GET must be safe to repeat and to prefetch, so only queries come that way (GraphQL over HTTP, 5.2).
 * @throws TributaryError METHOD_NOT_ALLOWED or BAD_REQUEST
 */
export function assertRunnable({ operation }: OperationDefinitionNode, method: string): void {
  if (method !== 'POST' && operation !== OperationTypeNode.QUERY) {
    throw new TributaryError('METHOD_NOT_ALLOWED', `A ${operation} needs POST`);
  }
  if (operation === OperationTypeNode.SUBSCRIPTION) {
    throw new TributaryError('BAD_REQUEST', 'Subscriptions are not served over this transport');
  }
}

/**
 * @throws OperationRefused BAD_USER_INPUT, with each variable that its type does not accept: the place, never the
 * value, which may be a password and would end up wherever clients report their errors.
 */
export function assertVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  if (variableDefinitions.length === 0) return;
  const { errors } = getVariableValues(schema, variableDefinitions, variables, {
    maxErrors: 20,
    hideSuggestions: true,
  });
  if (errors) throw new OperationRefused('BAD_USER_INPUT', errors.map(withoutValue));
}

/** What is said of input objects and nulls names types and fields only; what leaf types say quotes the value. */
const QUOTES_NO_VALUE = /^(Field "|Expected non-nullable type |Expected type "\w+" to be an object)/;

/** graphql-js says `Variable "$name" got invalid value <value> at "<path>"; <reason>`, with the reason as its origin. */
function withoutValue(error: GraphQLError): GraphQLError {
  const reason = error.originalError?.message;
  const [definition] = error.nodes ?? [];
  if (reason === undefined || definition?.kind !== Kind.VARIABLE_DEFINITION) return error;
  const path = / at "([^"]*)"$/.exec(error.message.slice(0, -`; ${reason}`.length))?.[1];
  const fault = QUOTES_NO_VALUE.test(reason) ? `: ${reason}` : ' that its type does not accept';
  const place = path === undefined ? '' : ` at "${path}"`;
  return new GraphQLError(`Variable "$${definition.variable.name.value}" has a value${place}${fault}`, {
    nodes: definition,
  });
}
