import type { Logger } from '@tributary/telemetry';
import type {
  DocumentNode,
  GraphQLError,
  GraphQLFormattedError,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { ExecutionPolicy, PlanningPolicy } from '../configuration/index.ts';
import type {
  BytesOrText,
  Caller,
  CreateSubgraphClient,
  Lifetime,
  RequestReport,
} from '../subgraph/index.ts';

/** One operation that has passed validation, limits and variable coercion. */
export interface ExecutionRequest {
  readonly source: string;
  readonly document: DocumentNode;
  /** SHA-256 of the source: the key of whatever an engine keeps for a document. */
  readonly documentHash: string;
  readonly operation: OperationDefinitionNode;
  /** As the client sent them: defaults are the subgraphs' business. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Ends when the answer is no longer wanted. Fetches end at once; the result is then of no use to anyone. */
  readonly lifetime: Lifetime;
  /** Written while it is executed. */
  readonly report: RequestReport;
}

/** A GraphQLError where the answer itself is at fault; plain where a subgraph is. */
export type ExecutionError = GraphQLError | GraphQLFormattedError;

export interface ExecutionResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly ExecutionError[];
}

/** What an execution came to. */
export type ExecutionOutcome =
  /**
   * The fast way: `{"data":{...}}` in UTF-8, as bytes or as byte text (one character is one byte), never null as a whole; and the errors for
   * what is null in it because fetches have failed.
   */
  | {
      readonly kind: 'text';
      readonly text: BytesOrText;
      readonly errors?: readonly GraphQLFormattedError[];
      /** Nobody executed it: it is the same for everyone. */
      readonly isKept?: true;
    }
  /** Everything else. */
  | { readonly kind: 'result'; readonly result: ExecutionResult };

/**
 * Plans and executes operations over the subgraphs of one supergraph. The seam between the gateway and its engine:
 * everything in front of it is GraphQL over HTTP, everything behind it federation.
 */
export interface ExecutionEngine extends AsyncDisposable {
  /** The API schema that clients see: no federation machinery, nothing @inaccessible. */
  readonly schema: GraphQLSchema;
  /**
   * Never rejects for a fault of a subgraph: its fields are null and `errors` holds a coded error for each, with
   * `extensions.serviceName` naming the subgraph. Rejects when the engine itself is at fault, and with a
   * TributaryError when the operation could not be planned.
   */
  execute(request: ExecutionRequest): Promise<ExecutionOutcome>;
  /** How it would be executed, for people. Rejects as `execute` does. */
  explain?(request: ExecutionRequest): Promise<Explanation>;
  /** Plans an operation ahead of its first request. Rejects as `execute` does. */
  prepare?(
    request: Pick<ExecutionRequest, 'source' | 'document' | 'documentHash' | 'operation'>,
  ): Promise<void>;
  /** The operations that were asked for most often, for whoever comes after this engine. */
  mostUsed?(count: number): readonly UsedOperation[];
}

export interface UsedOperation {
  readonly source: string;
  readonly operationName: string | undefined;
}

export interface Explanation {
  readonly plan: string;
  /** The code made for it; undefined where the complete executor answers. */
  readonly code: string | undefined;
}

export interface EngineOptions {
  readonly createSubgraphClient: CreateSubgraphClient;
  readonly planning: PlanningPolicy;
  readonly execution: ExecutionPolicy;
  readonly logger: Logger;
}

/** Rejects when the text is no supergraph; the clients that it made are then disposed. */
export type CreateEngine = (supergraphSdl: string, options: EngineOptions) => Promise<ExecutionEngine>;
