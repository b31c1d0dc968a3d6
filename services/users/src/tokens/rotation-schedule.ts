import type { KeyRing } from './key-ring.ts';

/** Rotates the ring every `everyMs` until disposed. A rotation that fails is reported; the ring goes on with its keys. */
export function scheduleRotation(
  ring: Pick<KeyRing, 'rotate'>,
  options: { readonly everyMs: number; readonly onFailure: (error: unknown) => void },
): AsyncDisposable {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    // One at a time: a slow database must not gather a crowd of waiting rotations.
    running ??= ring
      .rotate()
      .catch(options.onFailure)
      .finally(() => {
        running = undefined;
      });
  }, options.everyMs);
  timer.unref();

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}
