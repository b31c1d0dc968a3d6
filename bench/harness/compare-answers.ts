import { isDeepStrictEqual } from 'node:util';

/** How an answer relates to the reference: the same bytes, the same JSON whatever the order of keys, or something else. */
export type Agreement = 'same bytes' | 'same data' | 'different';

/** Of errors only the paths are compared: their words, codes and other extensions are each gateway's own. */
export function compareAnswers(answer: string, reference: string): Agreement {
  if (answer === reference || answer === `${reference}\n` || `${answer}\n` === reference) return 'same bytes';
  return isDeepStrictEqual(comparable(answer), comparable(reference)) ? 'same data' : 'different';
}

// Private:

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[] }[];
}

function comparable(text: string) {
  const { data, errors = [] } = JSON.parse(text) as Answer;
  return { data, errors: errors.map(({ path = [] }) => path.join('.')).sort() };
}
