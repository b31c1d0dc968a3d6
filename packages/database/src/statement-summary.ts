/** What spans and metrics say of a statement: its verb, and its first table when the text names one plainly. */
export interface StatementSummary {
  readonly operation: string;
  readonly collection: string | undefined;
}

// The verbs that may become a metric label: anything else is OTHER, so that labels stay few.
const OPERATIONS = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'WITH',
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
  'START',
  'SET',
  'CREATE',
  'ALTER',
  'DROP',
  'LOCK',
  'TRUNCATE',
  'COPY',
]);
const TABLE =
  /\b(?:from|into|update|join|table)\s+(?:only\s+)?("?[a-z_][\w$]*"?(?:\."?[a-z_][\w$]*"?)?)(?!\s*\()/i;
const MAX_TEXTS = 1_000;
const summaries = new Map<string, StatementSummary>();

/**
 * Reads verb and table off the text, after the conventions' advice to look at no more than a first word and a first
 * name: https://opentelemetry.io/docs/specs/semconv/db/database-spans/. Remembers the first 1,000 texts.
 */
export function summarizeStatement(text: string): StatementSummary {
  const known = summaries.get(text);
  if (known !== undefined) return known;
  const verb = /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? 'OTHER';
  const summary = {
    operation: OPERATIONS.has(verb) ? verb : 'OTHER',
    collection: TABLE.exec(text)?.[1]?.replaceAll('"', ''),
  };
  if (summaries.size < MAX_TEXTS) summaries.set(text, summary);
  return summary;
}
