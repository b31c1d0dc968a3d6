import type { Finding } from '../contract/check.ts';
import type { CompositionProblem } from '../contract/subgraphs.ts';

/** What keeps subgraphs from composing, as a check tells it. */
export function problemFindings(problems: readonly CompositionProblem[]): readonly Finding[] {
  return problems.map(({ code, message, places }) => ({
    severity: 'error',
    rule: `composition/${code}`,
    message,
    places,
  }));
}
