import { TributaryError } from '@tributary/errors';
import type { RawResponse, SubgraphReading } from './subgraph-client.ts';

/**
 * By these statuses a server, or what stands before it, says that it cannot answer now. Policies see a failure that they
 * can act on; what is in the body is read at the end, when none of them has brought a better answer.
 */
export class SubgraphRefusal extends TributaryError {
  readonly response: RawResponse;

  constructor(subgraph: string, response: RawResponse) {
    const { status } = response;
    const code = status === 429 ? 'SUBGRAPH_OVERLOADED' : 'SUBGRAPH_UNAVAILABLE';
    super(code, `The subgraph ${subgraph} answered with status ${status}`);
    this.response = response;
  }

  get isOverload(): boolean {
    return this.response.status === 429 || this.response.status === 503;
  }
}

/** Reads an answer unless it is a refusal. */
export function readUnlessRefused<T>(
  subgraph: string,
  reader: { read(response: RawResponse): SubgraphReading<T> },
  response: RawResponse,
): SubgraphReading<T> {
  const { status } = response;
  if (status === 429 || status === 502 || status === 503 || status === 504) {
    throw new SubgraphRefusal(subgraph, response);
  }
  return reader.read(response);
}
