import { TributaryError } from '@tributary/errors';

/** Apollo says its own limits in plain errors, known only by their words. */
const PLANNER_LIMITS: readonly (readonly [start: string, message: string])[] = [
  [
    'Exceeded maximum recursive selections',
    'The operation selects too many fields once its fragments are written out',
  ],
  ['Number of non-local selections exceeds limit', 'The operation has too many ways through the subgraphs'],
  ['Too many options generated', 'The operation has too many ways through the subgraphs'],
];

/** The words of the planner's own assertions name inaccessible types and subgraph internals: they are for the log. */
export function toPlanningError(error: unknown): TributaryError {
  if (error instanceof TributaryError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const limit = PLANNER_LIMITS.find(([start]) => message.startsWith(start));
  return limit === undefined
    ? new TributaryError('PLANNING_FAILED', 'The operation could not be planned', { cause: error })
    : new TributaryError('OPERATION_LIMIT_EXCEEDED', limit[1], { cause: error });
}
