import { type PreparedDocument, resolveOperation } from '../operation/index.ts';
import type { Generation } from './generation.ts';

/** A supergraph that is ready but not yet served helps nobody: what is not planned by then is planned when it is asked for. */
const WARM_UP_MS = 10_000;

/**
 * Plans on the next generation what the previous one was asked for most, so that its first requests do not wait for the
 * planner all at once. Operations that the next generation refuses are left out: their clients will be told.
 */
export async function warmUp(next: Generation, previous: Generation): Promise<void> {
  const { engine, documents, policy } = next;
  const endsAt = performance.now() + WARM_UP_MS;
  for (const { source, operationName } of previous.engine.mostUsed?.(policy.planning.warmUp) ?? []) {
    if (performance.now() > endsAt) return;
    try {
      const { document, hash, operations }: PreparedDocument = documents.prepare(source);
      const { operation } = resolveOperation(operations, operationName);
      await engine.prepare?.({ source, document, documentHash: hash, operation });
    } catch {
      // Not valid any more, or too hard to plan: whoever asks for it gets the reason.
    }
  }
}
