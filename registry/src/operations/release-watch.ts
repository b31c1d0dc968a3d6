import { forgetReplicas } from '../store/attestations.ts';
import { readWaitingEnvironments } from '../store/release-states.ts';
import { type AdvanceParts, advance } from './advance.ts';

export interface ReleaseWatchOptions extends AdvanceParts {
  readonly intervalMs?: number;
  readonly onError: (error: unknown) => void;
}

/** Rows of replicas that are gone, of every deployment there was. */
const FORGET_AFTER_SECONDS = 3_600;
const FORGET_EVERY_MS = 60_000;

/**
 * Lets releases go on for which no request comes in: the lease of a replica that did not attest has ended, a canary is over,
 * a publish and an attestation crossed. One statement per interval while nothing waits. Several registries may watch.
 */
export function watchReleases(options: ReleaseWatchOptions): AsyncDisposable {
  const { db, intervalMs = 1_000, onError } = options;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let forgottenAt = 0;

  async function look(): Promise<void> {
    try {
      for (const environment of await readWaitingEnvironments(db)) await advance(options, environment);
      if (performance.now() - forgottenAt > FORGET_EVERY_MS) {
        await forgetReplicas(db, FORGET_AFTER_SECONDS);
        forgottenAt = performance.now();
      }
    } catch (error) {
      onError(error);
    }
    if (!isStopped) timer = setTimeout(next, intervalMs);
  }
  let looking = Promise.resolve();
  function next(): void {
    looking = look();
  }
  timer = setTimeout(next, intervalMs);
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
