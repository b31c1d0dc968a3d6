import { TributaryError } from '@tributary/errors';
import { metric, type Registry } from '@tributary/telemetry';

/** Runs the work of one request and counts how it ended. */
export type CountChange = <T extends { readonly changed: boolean }>(
  kind: 'publish' | 'retire' | 'promote' | 'step' | 'rollback',
  work: () => Promise<T>,
) => Promise<T>;

export function createChangeCounter(registry: Registry): CountChange {
  const changes = metric(registry, 'registry_changes_total');
  return async (kind, work) => {
    try {
      const answer = await work();
      changes.inc({ kind, outcome: answer.changed ? 'released' : 'unchanged' });
      return answer;
    } catch (error) {
      changes.inc({ kind, outcome: outcomeOf(error) });
      throw error;
    }
  };
}

// Private:

function outcomeOf(error: unknown): string {
  if (!(error instanceof TributaryError)) return 'failed';
  if (error.code === 'PUBLISH_CONFLICT' || error.code === 'RELEASE_CONFLICT') return 'conflict';
  return error.status >= 500 ? 'failed' : 'refused';
}
