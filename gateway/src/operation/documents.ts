import { createHash } from 'node:crypto';
import { TributaryError } from '@tributary/errors';
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { OperationLimits } from '../configuration/index.ts';
import { assertWithinLimits, exceeded } from '../limit/index.ts';
import { OperationRefused } from './operation-refused.ts';
import { OperationShapes, type Shared } from './operation-shapes.ts';
import { createVariablesCheck, type VariablesCheck } from './variable-check.ts';

export interface PreparedDocument {
  readonly source: string;
  readonly document: DocumentNode;
  readonly hash: string;
  readonly operations: readonly PreparedOperation[];
  /** What is executed in its place; undefined where it is executed as it stands. */
  readonly shared: Shared | undefined;
}

export interface PreparedOperation {
  readonly operation: OperationDefinitionNode;
  /** False is no refusal yet: see assertVariables. */
  readonly acceptsVariables: VariablesCheck;
}

export interface Documents {
  /** @throws OperationRefused or TributaryError OPERATION_LIMIT_EXCEEDED */
  prepare(source: string): PreparedDocument;
}

export interface DocumentsOptions {
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
  readonly introspection: boolean;
  /** How many documents that differ in their literals only are executed as they stand. */
  readonly plansByLiterals: number;
  readonly maxCachedCharacters?: number;
}

/** More than a page of faults helps nobody, and validation stops there. */
const MAX_VALIDATION_ERRORS = 20;

/**
 * Parses, limits and validates each document once for a schema. What was refused is remembered too: a client that
 * repeats a bad operation costs a look-up. Bounded by the length of the texts; a parsed document takes 30 to 70 times that.
 */
export function createDocuments(options: DocumentsOptions): Documents {
  const { maxCachedCharacters = 2_000_000 } = options;
  const shapes = new OperationShapes(options.schema, options.plansByLiterals);
  const known = new LRUCache<string, PreparedDocument | Error>({
    maxSize: maxCachedCharacters,
    sizeCalculation: (_, source) => source.length + 100,
  });

  return {
    prepare(source) {
      let outcome = known.get(source);
      if (outcome === undefined) {
        outcome = attempt(() => prepare(source, shapes, options));
        known.set(source, outcome);
      }
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
}

function prepare(
  source: string,
  shapes: OperationShapes,
  { schema, limits, introspection }: DocumentsOptions,
): PreparedDocument {
  const document = parseWithin(source, limits.tokens);
  assertWithinLimits(document, limits);
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const faults = validate(schema, document, rules, {
    maxErrors: MAX_VALIDATION_ERRORS,
    // "Did you mean ...?" tells names of a schema that introspection hides.
    hideSuggestions: !introspection,
  });
  if (faults.length > 0) throw new OperationRefused('GRAPHQL_VALIDATION_FAILED', faults);
  forgetTokens(document);
  const operations = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => ({ operation, acceptsVariables: createVariablesCheck(schema, operation) }));
  const hash = createHash('sha256').update(source).digest('hex');
  return { source, document, hash, operations, shared: shapes.share(document) };
}

function parseWithin(source: string, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    const syntaxError = error as GraphQLError;
    if (syntaxError.message.includes(`contains more that ${maxTokens} tokens`))
      throw exceeded('tokens', maxTokens);
    if (error instanceof RangeError) throw error;
    throw new OperationRefused('GRAPHQL_PARSE_FAILED', [syntaxError]);
  }
}

/** The lexer's tokens, which nobody reads again, take a quarter of what a document takes. */
function forgetTokens(document: DocumentNode): void {
  visit(document, {
    enter({ loc }) {
      if (loc) Object.assign(loc, { startToken: undefined, endToken: undefined });
    },
  });
}

function attempt<T>(run: () => T): T | Error {
  try {
    return run();
  } catch (error) {
    // Parsing and measuring recurse: under a raised token limit, nesting can exhaust the stack.
    if (error instanceof RangeError) {
      return new TributaryError('OPERATION_LIMIT_EXCEEDED', 'The document is nested too deeply', {
        cause: error,
      });
    }
    return error as Error;
  }
}
