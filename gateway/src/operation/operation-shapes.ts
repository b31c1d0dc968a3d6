import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { withoutLiterals } from './without-literals.ts';

/** What is planned, kept, and sent on. */
export interface PlannedOperation {
  readonly source: string;
  readonly document: DocumentNode;
  /** SHA-256 of the source. */
  readonly documentHash: string;
  readonly operation: OperationDefinitionNode;
}

type Variables = Readonly<Record<string, unknown>>;

/** The operation that is executed in the place of a client's document, and the variables that the document adds to the client's. */
export interface Shared {
  readonly planned: PlannedOperation;
  readonly literals: Variables;
}

/** The request that is executed: the client's own, or the same for what others share with it. */
export function toExecuted<T extends PlannedOperation & { readonly variables: Variables }>(
  request: T,
  shared: Shared | undefined,
): T {
  if (shared === undefined) return request;
  return { ...request, ...shared.planned, variables: { ...request.variables, ...shared.literals } };
}

interface Shape {
  documents: number;
  planned: PlannedOperation | undefined;
}

const MAX_CHARACTERS = 1_000_000;

/**
 * Finds documents that differ in their literals only. A client that writes values into its queries sends another one
 * each time: planned one by one, they would keep the planner busy and push all others out of the cache, here and in the
 * subgraphs. The first `plansByLiterals` of a kind are planned as they stand, for text that does not change is the
 * cheapest to send; the literals of further ones become variables of one operation.
 */
export class OperationShapes {
  readonly #schema: GraphQLSchema;
  readonly #plansByLiterals: number;
  readonly #known = new LRUCache<string, Shape>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_, source) => source.length + 100,
  });

  constructor(schema: GraphQLSchema, plansByLiterals: number) {
    this.#schema = schema;
    this.#plansByLiterals = plansByLiterals;
  }

  /** Counts a document that has not been seen before. Undefined where it is executed as it stands. */
  share(document: DocumentNode): Shared | undefined {
    const found = withoutLiterals(this.#schema, document);
    if (found === undefined) return undefined;
    const source = print(found.document);
    let shape = this.#known.get(source);
    if (shape === undefined) {
      shape = { documents: 0, planned: undefined };
      this.#known.set(source, shape);
    }
    if (shape.documents++ < this.#plansByLiterals) return undefined;
    shape.planned ??= toPlanned(source);
    return { planned: shape.planned, literals: found.literals };
  }
}

function toPlanned(source: string): PlannedOperation {
  const document = parse(source);
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new TypeError('A document without its operation');
  const documentHash = createHash('sha256').update(source).digest('hex');
  return { source, document, documentHash, operation };
}
