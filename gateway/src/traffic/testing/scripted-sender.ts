import type { Lifetime } from '../../subgraph/lifetime.ts';
import { readUnlessRefused } from '../../subgraph/refusal.ts';
import type { Receiver, Sender } from '../../subgraph/sender.ts';
import type { FetchRequest, RawResponse, SubgraphReading } from '../../subgraph/subgraph-client.ts';

/** What a subgraph does with a fetch: an answer, or an error that it fails with, at once or later. */
export type Deed = RawResponse | Error | Promise<RawResponse>;

export interface SentFetch extends FetchRequest {
  readonly lifetime: Lifetime;
}

export interface ScriptedSender extends Sender {
  /** All that was sent, in order. */
  readonly sent: readonly SentFetch[];
}

/** A sender in the transport's place: `act` says what happens to each fetch, and each ends with its lifetime. */
export function createScriptedSender(act: (request: SentFetch, ordinal: number) => Deed): ScriptedSender {
  const sent: SentFetch[] = [];

  async function answerTo(request: FetchRequest, lifetime: Lifetime, receiver: Receiver) {
    lifetime.throwIfEnded();
    const fetch = { ...request, lifetime };
    sent.push(fetch);
    const deed = act(fetch, sent.length);
    if (deed instanceof Error) throw deed;
    return readUnlessRefused('loyalty', receiver, await unlessEnded(deed, lifetime));
  }

  return {
    name: 'loyalty',
    sent,
    send(request, lifetime, receiver) {
      answerTo(request, lifetime, receiver).then(
        (reading: SubgraphReading<unknown>) => receiver.answered(reading, performance.now()),
        (error) => receiver.failed(error),
      );
    },
    async [Symbol.asyncDispose]() {},
  };
}

function unlessEnded(deed: RawResponse | Promise<RawResponse>, lifetime: Lifetime): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    lifetime.add({ lifetimeEnded: reject });
    Promise.resolve(deed).then(resolve, reject);
  });
}
