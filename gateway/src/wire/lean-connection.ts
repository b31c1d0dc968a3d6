import type { Socket } from 'node:net';
import { freeBuffer } from '../free-buffer.ts';
import { answerHead } from './answer-text.ts';
import type { HttpExchange, WholeAnswer } from './exchange.ts';
import { type AnswerWay, LeanExchange } from './lean-exchange.ts';
import { readLeanHead } from './lean-head.ts';
import { refuseUnreadable, type Unreadable } from './refuse-unreadable.ts';

export interface LeanSettings {
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  readonly sendTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly maxHeaderBytes: number;
}

/** What all connections of a server share. */
export interface LeanFront {
  readonly settings: LeanSettings;
  readonly isDraining: boolean;
  readonly listener: (exchange: HttpExchange) => void;
  /** Takes a connection over from here on; what was read of it and not used is in the socket again. */
  readonly handOver: (socket: Socket) => void;
  /** The connection needs no more care. */
  forget(connection: LeanConnection): void;
}

/** Longer bodies are rare enough to be read by node. */
const MAX_BODY_BYTES = 64 * 1024;
/** What a client may send ahead while its request is answered. Then it has to wait. */
const MAX_AHEAD_BYTES = 64 * 1024;
/** As node has it: an idle connection stays a little longer than its client was told, so that no request meets its end. */
const KEEP_ALIVE_BUFFER_MS = 1_000;
const START = /^(?:GET|POST) \//;
const LONGEST_START = 'POST /'.length;
const EMPTY_LINE = Buffer.from('\r\n\r\n');

/** Of a request that is answered before it is whole, the rest is thrown away. */
type State = 'fresh' | 'idle' | 'head' | 'request' | 'answered' | 'closing';

/**
 * A client's connection, read without node's parser as long as every request on it is of the plainest kind. The first that is not goes to
 * node:http with all that follows it: that decides what it means, or refuses it.
 *
 * Requests are answered one after the other. What a client sends ahead waits, up to a bound.
 */
export class LeanConnection implements AnswerWay {
  readonly #socket: Socket;
  readonly #front: LeanFront;
  #state: State = 'fresh';
  /** Since when it is in this state; the time of a body counts from its head. */
  #sinceMs = performance.now();
  #exchange: LeanExchange | undefined;
  /** Read, and of no request yet. */
  #rest: Buffer | undefined;
  #isReading = false;

  constructor(socket: Socket, front: LeanFront) {
    this.#socket = socket;
    this.#front = front;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get isBusy(): boolean {
    return this.#exchange !== undefined;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  send(answer: WholeAnswer): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    const { isDraining, settings } = this.#front;
    const { body, isByteText = false } = answer;
    const bytes = typeof body === 'string' && !isByteText ? Buffer.from(body) : body;
    const head = answerHead(answer, bytes.length, isDraining ? undefined : settings.keepAliveTimeoutMs);
    this.#enter(isDraining ? 'closing' : 'answered');
    if (typeof bytes === 'string') socket.write(head + bytes, 'latin1');
    else {
      // Both in one system call.
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(bytes);
      socket.uncork();
    }
    const sent = (isTaken: boolean) => {
      // Where it broke off, nobody says when the system lets go of it.
      if (isTaken && answer.ownsBody && typeof body !== 'string') freeBuffer(body);
      this.#sent(isTaken);
    };
    // Nearly always the system has taken all of it at once.
    if (socket.writableLength === 0) {
      sent(true);
      return;
    }
    socket.setTimeout(settings.sendTimeoutMs, this.#onError);
    socket.write('', (error) => {
      socket.setTimeout(0, this.#onError);
      sent(error == null);
    });
  }

  /** Looks whether something takes longer than it may. */
  check(nowMs: number): void {
    const { headersTimeoutMs, bodyTimeoutMs, keepAliveTimeoutMs } = this.#front.settings;
    const tookMs = nowMs - this.#sinceMs;
    const isIncomplete = this.#exchange?.isWhole === false;
    switch (this.#state) {
      case 'fresh':
      case 'head':
        if (tookMs >= headersTimeoutMs) this.#giveUp('late');
        break;
      case 'request':
        if (tookMs >= bodyTimeoutMs && isIncomplete) this.#giveUp('late');
        break;
      case 'answered':
        if (tookMs >= bodyTimeoutMs && isIncomplete) this.destroy();
        break;
      case 'idle':
        if (tookMs >= keepAliveTimeoutMs + KEEP_ALIVE_BUFFER_MS) this.destroy();
    }
  }

  // Private:

  readonly #onData = (chunk: Buffer): void => {
    const following = this.#exchange === undefined ? chunk : this.#exchange.take(chunk);
    if (following !== undefined) {
      this.#rest = this.#rest === undefined ? following : Buffer.concat([this.#rest, following]);
    }
    if (this.#exchange === undefined) this.#read();
    else this.#continue();
    if (this.#isAhead) this.#socket.pause();
  };

  /** The client has said all it will. A request that it waits for is as good as left, as node has it; half of one is none. */
  readonly #onEnd = (): void => {
    const isHalf = this.#state === 'head' || (this.#state === 'request' && this.#exchange?.isWhole === false);
    if (isHalf) {
      this.#giveUp('malformed');
      return;
    }
    this.#exchange?.close(false);
    this.#socket.end();
  };

  /** It broke, or an answer is not taken. */
  readonly #onError = (): void => {
    this.#socket.destroy();
  };

  readonly #onClose = (): void => {
    this.#front.forget(this);
    this.#exchange?.close(false);
    this.#exchange = undefined;
  };

  get #isAhead(): boolean {
    return this.#rest !== undefined && this.#rest.length > MAX_AHEAD_BYTES;
  }

  #enter(state: State): void {
    this.#state = state;
    this.#sinceMs = performance.now();
  }

  /** Begins one request after the other, as long as they are there and answered. */
  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#rest !== undefined && this.#exchange === undefined) {
      if (!this.#begin(this.#rest)) break;
    }
    this.#isReading = false;
  }

  /** True when a request has begun. */
  #begin(bytes: Buffer): boolean {
    const { settings, listener } = this.#front;
    const end = bytes.indexOf(EMPTY_LINE);
    if (end < 0 && bytes.length <= settings.maxHeaderBytes && isStart(bytes)) {
      if (this.#state !== 'head') this.#enter('head');
      return false;
    }
    const isInBounds = end >= 0 && end <= settings.maxHeaderBytes;
    const head = isInBounds ? readLeanHead(bytes.toString('latin1', 0, end + 2)) : undefined;
    if (head === undefined || head.contentLength > MAX_BODY_BYTES) {
      this.#handOver(bytes);
      return false;
    }
    const exchange = new LeanExchange(head, this);
    const from = end + EMPTY_LINE.length;
    this.#rest = from === bytes.length ? undefined : exchange.take(bytes.subarray(from));
    this.#exchange = exchange;
    this.#enter('request');
    listener(exchange);
    return true;
  }

  #sent(isTaken: boolean): void {
    this.#exchange?.close(isTaken);
    // What a client has sent ahead of the last answer, it sends again elsewhere.
    if (this.#state === 'closing') this.#socket.destroySoon();
    else this.#continue();
  }

  /** Once the answer is out and the whole request in, the connection is free for the next. */
  #continue(): void {
    const exchange = this.#exchange;
    if (exchange === undefined || !exchange.isClosed || !exchange.isWhole) return;
    // Nobody is there any more to whom what was sent ahead could be answered.
    if (this.#state !== 'answered' || this.#socket.destroyed) return;
    this.#exchange = undefined;
    this.#enter('idle');
    this.#read();
    if (this.#socket.isPaused() && !this.#isAhead) this.#socket.resume();
  }

  #handOver(bytes: Buffer): void {
    const socket = this.#socket;
    this.#front.forget(this);
    this.#rest = undefined;
    socket
      .removeListener('data', this.#onData)
      .removeListener('end', this.#onEnd)
      .removeListener('error', this.#onError)
      .removeListener('close', this.#onClose);
    socket.pause();
    socket.unshift(bytes);
    this.#front.handOver(socket);
    socket.resume();
  }

  #giveUp(reason: Unreadable): void {
    this.#exchange?.close(false);
    this.#front.forget(this);
    this.#socket.removeListener('data', this.#onData).removeListener('end', this.#onEnd);
    refuseUnreadable(reason, this.#socket, this.#front.settings.sendTimeoutMs);
  }
}

// Private:

/** Whether this can still become a request that is read here. */
function isStart(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, LONGEST_START);
  return text.length < LONGEST_START
    ? 'POST /'.startsWith(text) || 'GET /'.startsWith(text)
    : START.test(text);
}
