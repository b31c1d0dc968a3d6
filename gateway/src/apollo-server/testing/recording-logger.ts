import type { ApolloLogger } from '../apollo-types.ts';

/** A logger of Apollo's kind that keeps warnings and errors. */
export function createRecordingLogger(): ApolloLogger & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
  };
  return { lines, debug() {}, info() {}, warn: keep, error: keep };
}
