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
import { createVariablesCheck, type VariablesCheck } from './variable-check.ts';

export interface PreparedDocument {
  readonly source: string;
  readonly document: DocumentNode;
  readonly hash: string;
  readonly operations: readonly PreparedOperation[];
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
  const known = new LRUCache<string, PreparedDocument | Error>({
    maxSize: maxCachedCharacters,
    sizeCalculation: (_, source) => source.length + 100,
  });

  return {
    prepare(source) {
      let outcome = known.get(source);
      if (outcome === undefined) {
        outcome = attempt(() => prepare(source, options));
        known.set(source, outcome);
      }
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
}

function prepare(source: string, { schema, limits, introspection }: DocumentsOptions): PreparedDocument {
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
  return { source, document, hash: createHash('sha256').update(source).digest('hex'), operations };
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
