import { TributaryError } from '@tributary/errors';
import type { z } from 'zod';

/** @throws BAD_REQUEST that names everything wrong with it, each with its place. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, what: string): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new TributaryError('BAD_REQUEST', `${what}: ${faults.join('; ')}`, { extensions: { faults } });
}
