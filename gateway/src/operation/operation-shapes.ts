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

/** What is planned, kept, and sent on in the place of a client's document. */
export interface SharedOperation {
  readonly source: string;
  readonly document: DocumentNode;
  /** SHA-256 of the source. */
  readonly hash: string;
  readonly operation: OperationDefinitionNode;
}

/** A client's document as a shared operation, and the variables that it adds to the client's. */
export interface Shared {
  readonly shared: SharedOperation;
  readonly literals: Readonly<Record<string, unknown>>;
}

interface Shape {
  documents: number;
  shared: SharedOperation | undefined;
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
      shape = { documents: 0, shared: undefined };
      this.#known.set(source, shape);
    }
    if (shape.documents++ < this.#plansByLiterals) return undefined;
    shape.shared ??= toShared(source);
    return { shared: shape.shared, literals: found.literals };
  }
}

function toShared(source: string): SharedOperation {
  const document = parse(source);
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new TypeError('A document without its operation');
  return { source, document, hash: createHash('sha256').update(source).digest('hex'), operation };
}
