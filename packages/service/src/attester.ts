import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from '@tributary/telemetry';
import type { Registration } from './publish-as-edited.ts';

export interface AttesterOptions {
  /** The subgraph's name. */
  readonly name: string;
  /** Of this process's admin port, without a path. */
  readonly adminUrl: string;
  readonly registration: Registration;
  readonly logger: Logger;
}

export interface Attester extends AsyncDisposable {
  /** Does not wait for the next beat: another schema is served now. Never rejects. */
  attestNow(): Promise<void>;
}

const FIRST_BEAT_MS = 5_000;
const RETRY_MS = 1_000;
const TIMEOUT_MS = 5_000;
/** Stopping must not wait for a registry that is away: the lease ends by itself. */
const WITHDRAW_TIMEOUT_MS = 1_000;

/**
 * Tells the registry what this replica serves, three times in a lease, from the first moment in which it is ready: a release
 * goes live when all replicas of its subgraph have told so. What is told is what the process's own health endpoint says, as
 * any prober sees it; while that says nothing, nothing is told, and the replica counts no more when its lease ends. Disposing
 * says that the replica stops. A registry that is away costs one line in the log, and nothing else.
 */
export function startAttester({ name, adminUrl, registration, logger }: AttesterOptions): Attester {
  const replica = `${hostname().replace(/[^\w.-]/g, '-')}:${process.pid}:${randomBytes(4).toString('hex')}`;
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  let isFailing = false;

  async function beat(): Promise<void> {
    clearTimeout(timer);
    if (ended.signal.aborted) return;
    let nextMs = RETRY_MS;
    try {
      const digest = await readServedDigest(adminUrl, ended.signal);
      if (digest !== undefined) {
        const body = { subgraph: name, replica, digest };
        const answer = await send(registration, 'POST', body, AbortSignal.any([ended.signal, timeout()]));
        nextMs = ((answer.leaseSeconds ?? 0) * 1_000) / 3 || FIRST_BEAT_MS;
      }
      if (isFailing) logger.info('the registry takes what this replica attests again');
      isFailing = false;
    } catch (error) {
      if (ended.signal.aborted) return;
      if (!isFailing)
        logger.warn({ reason: reasonOf(error) }, 'the registry does not take what this replica attests');
      isFailing = true;
    }
    // Replicas that started together do not all come at once.
    if (!ended.signal.aborted)
      timer = setTimeout(() => void attestNow(), nextMs * (0.8 + 0.2 * Math.random()));
  }

  /** One after the other: the last to arrive is what is served. */
  function attestNow(): Promise<void> {
    last = last.then(beat);
    return last;
  }

  void attestNow();
  return {
    attestNow,
    async [Symbol.asyncDispose]() {
      ended.abort();
      clearTimeout(timer);
      await last;
      const signal = AbortSignal.timeout(WITHDRAW_TIMEOUT_MS);
      await send(registration, 'DELETE', { subgraph: name, replica }, signal).catch(() => {});
    },
  };
}

// Private:

interface Health {
  readonly checks?: Readonly<Record<string, string>>;
}

/** Undefined while the process is not ready. */
async function readServedDigest(adminUrl: string, ended: AbortSignal): Promise<string | undefined> {
  const response = await fetch(`${adminUrl}/health/ready`, { signal: AbortSignal.any([ended, timeout()]) });
  // The admin port's own answer.
  const { checks } = (await response.json()) as Health;
  return response.ok ? checks?.schema : undefined;
}

interface Answer {
  readonly leaseSeconds?: number;
  readonly error?: { readonly message: string };
}

async function send(
  { url, token, environment }: Registration,
  method: 'POST' | 'DELETE',
  body: object,
  signal: AbortSignal,
): Promise<Answer> {
  const path = `/v1/environments/${encodeURIComponent(environment)}/attestations`;
  const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  const text = await response.text();
  const answer = parseAnswer(text);
  if (!response.ok) throw new Error(answer.error?.message ?? `status ${response.status}`);
  return answer;
}

function parseAnswer(text: string): Answer {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function timeout(): AbortSignal {
  return AbortSignal.timeout(TIMEOUT_MS);
}

/** fetch says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
