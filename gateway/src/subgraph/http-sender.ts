import { toSubgraphFailure } from './failure.ts';
import type { Lifetime } from './lifetime.ts';
import { readUnlessRefused } from './refusal.ts';
import type { RequestHeaders } from './request-headers.ts';
import type { Receiver, Sender } from './sender.ts';
import type { FetchRequest, RawResponse, SubgraphReading } from './subgraph-client.ts';
import type { Transport, TransportReceiver } from './transport.ts';

export interface HttpSenderOptions {
  readonly name: string;
  readonly transport: Transport;
  readonly headers: RequestHeaders;
}

/** GraphQL over HTTP. How long it may take is the caller's business. */
export function createHttpSender({ name, transport, headers }: HttpSenderOptions): Sender {
  function post(request: FetchRequest, head: Head, lifetime: Lifetime, receiver: TransportReceiver): void {
    const { body, operationKind } = request;
    transport.send({ headers: head, body, isRepeatable: operationKind === 'query', lifetime }, receiver);
  }

  return {
    name,
    send(request, lifetime, receiver, nowMs) {
      const reader = new AnswerReader(name, receiver);
      const head = headers.of(name, request, lifetime.dueMs - nowMs);
      if (!(head instanceof Promise)) post(request, head, lifetime, reader);
      else
        head.then(
          (signed) => post(request, signed, lifetime, reader),
          (error) => reader.failed(error),
        );
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

// Private:

type Head = Readonly<Record<string, string>>;

class AnswerReader implements TransportReceiver {
  readonly #subgraph: string;
  readonly #receiver: Receiver;

  constructor(subgraph: string, receiver: Receiver) {
    this.#subgraph = subgraph;
    this.#receiver = receiver;
  }

  arrived(response: RawResponse): void {
    let reading: SubgraphReading<unknown>;
    try {
      reading = readUnlessRefused(this.#subgraph, this.#receiver, response);
    } catch (error) {
      this.failed(error);
      return;
    }
    this.#receiver.answered(reading, performance.now());
  }

  failed(reason: unknown): void {
    this.#receiver.failed(toSubgraphFailure(this.#subgraph, reason));
  }
}
