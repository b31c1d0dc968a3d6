import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { type Dispatcher, Pool } from 'undici';
import type { CollectorSettings } from './settings.ts';

/** The specification's: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5_000;

/**
 * Posts spans as OTLP/protobuf, again with growing pauses while that may help and the time allows it. By undici's
 * dispatch: OpenTelemetry's own exporter is a node:http client, which shares its classes with node's HTTP server, and
 * compiled code that has to serve both is slower for every request that the server answers, sampled or not.
 */
export class OtlpSender {
  readonly #settings: CollectorSettings;
  readonly #pool: Pool;
  readonly #path: string;

  constructor(settings: CollectorSettings) {
    const { origin, pathname, search } = new URL(settings.url);
    this.#settings = settings;
    this.#path = `${pathname}${search}`;
    this.#pool = new Pool(origin, { connections: 1 });
  }

  /** Rejects with what the last attempt came to. */
  async send(spans: ReadableSpan[], timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const serialized = ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array();
    const body = this.#settings.isCompressed ? await promisify(gzip)(serialized) : serialized;
    for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(LONGEST_RETRY_MS, pauseMs * 1.5)) {
      const fault = await this.#attempt(body, deadline - performance.now());
      if (fault === undefined) return;
      const jitteredMs = pauseMs * (0.8 + 0.4 * Math.random());
      if (!fault.isRetryable || performance.now() + jitteredMs > deadline) throw fault.error;
      await wait(jitteredMs, undefined, { ref: false });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.destroy();
  }

  async #attempt(body: Uint8Array, timeoutMs: number): Promise<Fault | undefined> {
    const headers = {
      ...this.#settings.headers,
      'content-type': 'application/x-protobuf',
      ...(this.#settings.isCompressed && { 'content-encoding': 'gzip' }),
    };
    const answer = new StatusOnly(timeoutMs);
    this.#pool.dispatch({ method: 'POST', path: this.#path, headers, body }, answer);
    try {
      const status = await answer.status;
      if (status >= 200 && status < 300) return undefined;
      return { error: new Error(`HTTP ${status}`), isRetryable: RETRYABLE.has(status) };
    } catch (error) {
      return { error: error as Error, isRetryable: error !== answer.timeout };
    }
  }
}

/** Of an answer only its status matters: the rest is not even read into a stream. */
class StatusOnly implements Dispatcher.DispatchHandler {
  readonly timeout = new Error('no answer in time');
  readonly #answered = Promise.withResolvers<number>();
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => {
      this.#controller?.abort(this.timeout);
      this.#answered.reject(this.timeout);
    }, timeoutMs);
  }

  get status(): Promise<number> {
    return this.#answered.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    clearTimeout(this.#timer);
    this.#answered.resolve(this.#status);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer);
    this.#answered.reject(error);
  }
}

interface Fault {
  readonly error: Error;
  readonly isRetryable: boolean;
}
