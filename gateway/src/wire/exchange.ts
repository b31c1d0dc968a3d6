import type { IncomingHttpHeaders } from 'node:http';

/** A whole HTTP answer, as it goes out. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** The body is byte text: one character is one byte. */
  readonly isByteText?: boolean;
  /** The body's memory is this answer's alone: it may be freed once it is sent. */
  readonly ownsBody?: boolean;
}

/** One request, and the way back to whoever sent it: what the gateway needs of an HTTP server, and no more. */
export interface HttpExchange {
  readonly method: string;
  /** The request's target, as it was sent. */
  readonly url: string;
  /** As node:http has them: names in lower case, values of a repeated one joined or the first. */
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string | undefined;
  /** Every value of a header, in the order they were sent. */
  valuesOf(name: string): readonly string[];
  /**
   * The whole body. What comes after a refusal is thrown away while the answer is under way, so that the client gets to read it.
   * @throws TributaryError PAYLOAD_TOO_LARGE over `maxBytes`, BAD_REQUEST where the client left before its end
   */
  readBody(maxBytes: number): Promise<Buffer>;
  /** The client has its answer, or is gone. */
  readonly isClosed: boolean;
  /** Calls `listener` once it is closed: with whether the client got its answer. */
  onClose(listener: (isAnswered: boolean) => void): void;
  /** Once. Nothing happens where the client is gone. */
  send(answer: WholeAnswer): void;
  /** Ends the connection without a word: half an answer must not look like a whole one. */
  destroy(): void;
}
