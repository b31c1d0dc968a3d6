import {
  coordinatesOf,
  createVariableUsage,
  signatureOf,
  type VariableUsage,
} from '@tributary/operation-usage';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';

/** What is the same in each request of one operation. */
export interface OperationFacts {
  /** SHA-256 of the text. */
  readonly hash: string;
  readonly name: string | undefined;
  /** Without values. */
  readonly text: string;
  /** What the text uses. */
  readonly coordinates: readonly string[];
  /** Undefined where the values of variables make no difference. */
  readonly variables: VariableUsage | undefined;
  /**
   * Whether it asks for a field of the schema's own. Probes and tools that ask for `__typename` or for the schema say nothing
   * of what clients need, and as samples would make every field look unused.
   */
  readonly asksForData: boolean;
  /** What it takes in a report, in characters, rounded up. */
  readonly size: number;
}

/** Kept as long as the operation is: its document's cache has the bound. */
const known = new WeakMap<OperationDefinitionNode, OperationFacts>();

/** Looked at once for each document of a generation, which takes a part of what validating it took. */
export function factsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationFacts {
  const facts = known.get(operation) ?? lookAt(schema, document, operation);
  known.set(operation, facts);
  return facts;
}

// Private:

const SIZE_OF_COORDINATE = 40;

function lookAt(
  schema: GraphQLSchema,
  whole: DocumentNode,
  operation: OperationDefinitionNode,
): OperationFacts {
  const { hash, name, text, document } = signatureOf(whole, operation);
  const coordinates = [...coordinatesOf(schema, document, 'left-out')];
  return {
    hash,
    name,
    text,
    coordinates,
    variables: createVariableUsage(schema, document),
    asksForData: asksForData(schema, operation, coordinates),
    size: text.length + coordinates.length * SIZE_OF_COORDINATE,
  };
}

function asksForData(
  schema: GraphQLSchema,
  { operation }: OperationDefinitionNode,
  coordinates: readonly string[],
): boolean {
  const root = `${schema.getRootType(operation)?.name}.`;
  return coordinates.some((coordinate) => coordinate.startsWith(root) && !coordinate.startsWith(`${root}__`));
}
