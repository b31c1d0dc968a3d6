import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  getVariableValues,
  isScalarType,
  isSpecifiedScalarType,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { PlanningPolicy } from '../configuration/index.ts';
import {
  createVariablesCheck,
  OperationShapes,
  type Shared,
  type VariablesCheck,
} from '../operation/index.ts';

/** What is found out once for an operation, for as long as Apollo Server's document store keeps its document. */
export interface OperationChecks {
  variableErrors(
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): readonly GraphQLError[];
  /** Whether its answer may hold numbers that a double would change: only scalars of the schema's own may. */
  mayHoldExactNumbers(document: DocumentNode): boolean;
  /** What is executed in the place of a valid document; undefined where it is executed as it stands. */
  sharedOf(document: DocumentNode): Shared | undefined;
}

export function createOperationChecks(
  schema: GraphQLSchema,
  { plansByLiterals }: Pick<PlanningPolicy, 'plansByLiterals'>,
): OperationChecks {
  const variableChecks = new WeakMap<OperationDefinitionNode, VariablesCheck>();
  const ownScalars = new WeakMap<DocumentNode, boolean>();
  const shapes = new OperationShapes(schema, plansByLiterals);
  const shared = new WeakMap<DocumentNode, { readonly found: Shared | undefined }>();
  return {
    variableErrors(operation, variables) {
      let accepts = variableChecks.get(operation);
      if (accepts === undefined) {
        accepts = createVariablesCheck(schema, operation);
        variableChecks.set(operation, accepts);
      }
      if (accepts(variables)) return [];
      return getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors ?? [];
    },
    mayHoldExactNumbers(document) {
      let selects = ownScalars.get(document);
      if (selects === undefined) {
        selects = selectsOwnScalar(schema, document);
        ownScalars.set(document, selects);
      }
      return selects;
    },
    sharedOf(document) {
      let known = shared.get(document);
      if (known === undefined) {
        known = { found: shapes.share(document) };
        shared.set(document, known);
      }
      return known.found;
    },
  };
}

// Private:

function selectsOwnScalar(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let selects = false;
  const visitor = {
    Field: () => {
      const type = getNamedType(types.getType());
      if (isScalarType(type) && !isSpecifiedScalarType(type)) selects = true;
    },
  };
  visit(document, visitWithTypeInfo(types, visitor));
  return selects;
}
