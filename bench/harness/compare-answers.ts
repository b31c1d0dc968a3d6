import { createHash } from 'node:crypto';

/** How an answer relates to the reference: the same bytes, the same JSON whatever the order of keys, or something else. */
export type Agreement = (typeof agreements)[number];

/** From the best to the worst. */
const agreements = ['same bytes', 'same data', 'same data, other errors', 'different'] as const;

/** What is compared. Of errors that is where they are: words, codes and other extensions are each gateway's own. */
export interface AnswerDigest {
  readonly bytes: string;
  readonly data: string;
  readonly errorPaths: string;
}

export function digestAnswer(text: string): AnswerDigest {
  const { data, errors = [] } = JSON.parse(text) as Answer;
  const paths = errors.map(({ path = [] }) => path.join('.')).sort();
  return {
    bytes: digest(text.trim()),
    data: digest(JSON.stringify(sortKeys(data)) ?? 'none'),
    errorPaths: digest(paths.join('\n')),
  };
}

/** The worst of them all. */
export function compareAnswers(
  answers: readonly AnswerDigest[],
  references: readonly AnswerDigest[],
): Agreement {
  const found = answers.map((answer, index) => agreements.indexOf(compareAnswer(answer, references[index])));
  return agreements[Math.max(...found)] ?? 'different';
}

// Private:

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[] }[];
}

function compareAnswer(answer: AnswerDigest, reference: AnswerDigest | undefined): Agreement {
  if (reference === undefined || answer.data !== reference.data) return 'different';
  if (answer.bytes === reference.bytes) return 'same bytes';
  return answer.errorPaths === reference.errorPaths ? 'same data' : 'same data, other errors';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}
