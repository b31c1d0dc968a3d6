/** What a pipeline can tell from how `tributary` ends. */
export const EXIT = {
  ok: 0,
  checkFailed: 1,
  timeout: 2,
  badInput: 3,
  conflict: 4,
  unreachable: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
