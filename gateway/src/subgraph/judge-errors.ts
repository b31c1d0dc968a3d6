import { ERROR_CATALOGUE, isErrorCode } from '@tributary/errors';
import type { SubgraphReading, SubgraphResponse } from './subgraph-client.ts';

/** How many errors an answer has, and whether it is, as a whole, a failure of the server. */
export function judgeErrors({
  data,
  errors,
}: SubgraphResponse): Pick<SubgraphReading<unknown>, 'errorCount' | 'isServerFault'> {
  if (errors === undefined || errors.length === 0) return { errorCount: 0 };
  return {
    errorCount: errors.length,
    // A code that is the subgraph's own may be an outcome of its business; without one, something was thrown.
    isServerFault: data == null && errors.some(({ extensions }) => isServersFault(extensions?.code)),
  };
}

function isServersFault(code: unknown): boolean {
  return code === undefined || (isErrorCode(code) && ERROR_CATALOGUE[code].status >= 500);
}
