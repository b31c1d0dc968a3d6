import type { TributaryError } from '@tributary/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Loss, SentStep } from '../compile/index.ts';
import { extensionsOf, toErrorOfAnswer, toldOf } from '../complete/index.ts';

/** A step whose fetch has failed, and what the client has lost with it. */
export interface LostStep {
  readonly step: SentStep;
  readonly losses: readonly Loss[];
  readonly error: TributaryError;
}

/**
 * The errors for what is null in an answer because steps have failed, in the order of the plan: the same that the complete executor
 * gives, found in the client's text instead of a tree.
 */
export function locateLosses(text: string, lost: readonly LostStep[]): readonly GraphQLFormattedError[] {
  const { data } = JSON.parse(text) as { readonly data: unknown };
  const inOrder = lost.toSorted((one, other) => one.step.index - other.step.index);
  return inOrder.flatMap(({ step, losses, error }) => {
    const paths: Path[] = [];
    for (const { path, fields } of losses) collectPaths(data, path, 0, [], fields, paths);
    const { message } = error;
    const extensions = extensionsOf({ subgraph: step.fetch.serviceName, error: toErrorOfAnswer(error) });
    return toldOf(paths).map((path) => ({ message, path, extensions }));
  });
}

// Private:

type Path = readonly (string | number)[];

function collectPaths(
  value: unknown,
  path: readonly string[],
  depth: number,
  way: Path,
  fields: readonly string[],
  found: Path[],
): void {
  if (value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      collectPaths(item, path, depth, [...way, index], fields, found);
    return;
  }
  const step = path[depth];
  if (step === undefined) for (const field of fields) found.push([...way, field]);
  else collectPaths((value as Record<string, unknown>)[step], path, depth + 1, [...way, step], fields, found);
}
