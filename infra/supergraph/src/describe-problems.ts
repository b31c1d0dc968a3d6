import { relative } from 'node:path';
import type { CompositionProblem } from './compose-subgraphs.ts';

/** A list for a person: code and message, then each place as `subgraph  path:line:column`, which editors open. */
export function describeProblems(problems: readonly CompositionProblem[], directory: string): string {
  const count = problems.length === 1 ? '1 problem keeps' : `${problems.length} problems keep`;
  return [
    `${count} the subgraphs from composing:`,
    ...problems.map(({ code, message, places }) =>
      [
        `  ${code}: ${message.replaceAll('\n', '\n  ')}`,
        ...places.map(
          ({ subgraph, path, line, column }) =>
            `    ${subgraph.padEnd(8)} ${relative(directory, path)}:${line}:${column}`,
        ),
      ].join('\n'),
    ),
  ].join('\n');
}
