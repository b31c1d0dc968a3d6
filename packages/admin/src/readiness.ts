/** Whether this process can do its work now, and which of the things it needs are there. */
export interface Readiness {
  readonly isReady: boolean;
  /** One entry for each thing looked at, such as `{ database: 'ok' }`; text for an operator, never a secret. */
  readonly checks: Readonly<Record<string, string>>;
}

/** A check that takes longer than this counts as failed: a probe must always get its answer. */
const READINESS_TIMEOUT_MS = 2000;

/** Asks for readiness; a check that throws or hangs means "not ready". */
export async function askReadiness(readiness: () => Readiness | Promise<Readiness>): Promise<Readiness> {
  const { promise: timeout, resolve } = Promise.withResolvers<Readiness>();
  const timer = setTimeout(resolve, READINESS_TIMEOUT_MS, notReady('no answer in time'));
  try {
    return await Promise.race([readiness(), timeout]);
  } catch {
    return notReady('failed');
  } finally {
    clearTimeout(timer);
  }
}

// Private:

function notReady(reason: string): Readiness {
  return { isReady: false, checks: { readiness: reason } };
}
