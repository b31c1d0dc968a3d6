import type { Attributes } from '@tributary/telemetry';

/** What spans and metrics say of a statement. */
export interface StatementSummary {
  /** The SQL verb, one of a few. */
  readonly operation: string;
  /** Verb and first table, as `SELECT order`. */
  readonly spanName: string;
  readonly attributes: Attributes;
}

// The verbs that may become a metric's label: anything else is OTHER, so that labels stay few.
const OPERATIONS: ReadonlySet<string> = new Set(
  (
    'SELECT INSERT UPDATE DELETE MERGE WITH BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE ' +
    'SET CREATE ALTER DROP LOCK TRUNCATE'
  ).split(' '),
);
const NAME = String.raw`("?[a-z_][\w$]*"?(?:\."?[a-z_][\w$]*"?)?)`;
// After FROM a name before a parenthesis is a function's; after INTO it is a table's, with its columns.
const TABLE = new RegExp(String.raw`\b(?:(?:into|update)\s+${NAME}|from\s+${NAME}(?![\w$".]|\s*\())`, 'i');
const MAX_TEXTS = 1_000;
const MAX_QUERY_TEXT = 2_000;
const summaries = new Map<string, StatementSummary>();

/**
 * Reads verb and first table off the text. The text itself has placeholders for values, Kysely's and ours alike, and is
 * cut after 2,000 characters. Remembers the first 1,000 texts.
 * https://opentelemetry.io/docs/specs/semconv/db/database-spans/
 */
export function summarizeStatement(text: string): StatementSummary {
  const known = summaries.get(text);
  if (known !== undefined) return known;
  const verb = /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? '';
  const operation = OPERATIONS.has(verb) ? verb : 'OTHER';
  const table = TABLE.exec(text);
  const collection = (table?.[1] ?? table?.[2])?.replaceAll('"', '');
  const summary = {
    operation,
    spanName: collection === undefined ? operation : `${operation} ${collection}`,
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.query.text': text.length > MAX_QUERY_TEXT ? `${text.slice(0, MAX_QUERY_TEXT)}…` : text,
      ...(collection !== undefined && { 'db.collection.name': collection }),
    },
  };
  if (summaries.size < MAX_TEXTS) summaries.set(text, summary);
  return summary;
}
