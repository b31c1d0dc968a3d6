import { z } from 'zod';

/** All faults of one environment, one line each. Values of secrets are never in it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The environment has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

/**
 * Reads the variables of `shape` from `env` (a process calls it once, with `process.env`). An empty text counts
 * as not set, as in a compose file. Variables that the shape does not name are ignored.
 * @throws EnvironmentError naming every fault, each as `NAME: what is wrong`.
 */
export function parseEnvironment<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.keys(shape).map((name) => [name, env[name] === '' ? undefined : env[name]]),
  );
  const result = z.object(shape).safeParse(given);
  if (result.success) return result.data;
  throw new EnvironmentError(
    result.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? '');
      return given[name] === undefined ? `${name}: is required` : `${name}: ${issue.message}`;
    }),
  );
}
