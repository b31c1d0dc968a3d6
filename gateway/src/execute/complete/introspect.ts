import {
  type DocumentNode,
  executeSync,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { own } from './data-tree.ts';
import type { TypedField } from './selection.ts';

export interface IntrospectionOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Answers `__schema` or `__type` from the API schema, by graphql-js. */
export function introspect(
  { responseName, nodes }: TypedField,
  { schema, document, operation, variables }: IntrospectionOptions,
): unknown {
  const question: OperationDefinitionNode = {
    ...operation,
    operation: OperationTypeNode.QUERY,
    selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
  };
  const others = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const { data, errors } = executeSync({
    schema,
    document: { kind: Kind.DOCUMENT, definitions: [question, ...others] },
    variableValues: variables,
  });
  if (errors?.[0] !== undefined) throw errors[0];
  return data && own(data, responseName);
}
