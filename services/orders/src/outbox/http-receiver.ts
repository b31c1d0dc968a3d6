import { REQUEST_TIMEOUT_HEADER } from '@tributary/deadline';
import { IDENTITY_HEADER, type IdentitySigner } from '@tributary/identity';
import { injectHeaders, SpanKind, withSpan } from '@tributary/telemetry';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { OrderEvent } from '../domain/order-event.ts';
import type { Delivery, EventResult, Receiver } from './receiver.ts';

export interface HttpReceiverOptions {
  readonly url: string;
  /** The receiver's name: an assertion signed for it is good nowhere else. */
  readonly audience: string;
  readonly signer: IdentitySigner;
  /** For one exchange, the body included. */
  readonly timeoutMs: number;
}

const MAX_ANSWER_BYTES = 1_000_000;
const MAX_REASON_LENGTH = 500;
/** The sender is this service itself; no user acts here. */
const NOBODY = { subject: null, roles: [] };

const answerSchema = z.object({
  results: z.array(
    z.object({
      // Null for an event so broken that it has no id to tell; none of ours is.
      id: z.string().nullable(),
      status: z.enum(['applied', 'duplicate', 'rejected']),
      reason: z.string().transform(toStorableReason).nullish(),
    }),
  ),
});

/** Sends events by `POST {"events": [...]}`, answered by `{"results": [{"id", "status", "reason"?}]}`. */
export function createHttpReceiver(options: HttpReceiverOptions): Receiver & AsyncDisposable {
  const agent = new Agent({ connections: 2, maxResponseSize: MAX_ANSWER_BYTES });
  const url = new URL(options.url);
  const attributes = {
    'http.request.method': 'POST',
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    'url.full': `${url.origin}${url.pathname}`,
  };
  return {
    async deliver(events, signal) {
      try {
        return await withSpan('POST', { kind: SpanKind.CLIENT, attributes }, async (span) => {
          const answer = await post(agent, options, events, signal);
          span.setAttribute('http.response.status_code', answer.status);
          return toDelivery(answer);
        });
      } catch (error) {
        return { kind: 'unreachable', reason: reasonOf(error) };
      }
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function post(
  agent: Agent,
  { url, audience, signer, timeoutMs }: HttpReceiverOptions,
  events: readonly OrderEvent[],
  signal: AbortSignal,
): Promise<Answer> {
  const response = await request(url, {
    method: 'POST',
    dispatcher: agent,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    headers: injectHeaders({
      'content-type': 'application/json',
      [IDENTITY_HEADER]: await signer.sign(NOBODY, audience),
      [REQUEST_TIMEOUT_HEADER]: String(timeoutMs),
    }),
    body: JSON.stringify({ events }),
  });
  return { status: response.statusCode, text: await response.body.text() };
}

function toDelivery({ status, text }: Answer): Delivery {
  if (status !== 200) return { kind: 'failed', reason: `status ${status}` };
  const answer = answerSchema.safeParse(parseJson(text));
  if (!answer.success) return { kind: 'failed', reason: 'an answer that holds no results' };
  const results = new Map<string, EventResult>();
  for (const { id, status: result, reason } of answer.data.results) {
    if (id === null) continue;
    const rejection = { kind: 'rejected', reason: reason ?? 'no reason given' } as const;
    results.set(id, result === 'rejected' ? rejection : { kind: 'accepted' });
  }
  return { kind: 'answered', results };
}

/** PostgreSQL's text cannot hold NUL: one such reason would keep its whole batch from being settled, each time. */
function toStorableReason(reason: string): string {
  return reason.slice(0, MAX_REASON_LENGTH).replaceAll('\0', '\ufffd');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** undici's messages alone do not name the system's error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const code = 'code' in error ? String(error.code) : error.name;
  return error.message.includes(code) ? error.message : `${code} ${error.message}`.trim();
}
