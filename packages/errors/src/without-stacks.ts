/**
 * Makes errors that have no stack. A stack costs more than the rest of a refusal, and those that are made while much fails all lead to
 * the same line: just then there is no time to lose.
 */
export function withoutStacks<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
