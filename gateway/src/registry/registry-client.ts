import { type Dispatcher, request } from 'undici';

export type NoticeAnswer =
  | { readonly kind: 'notice'; readonly body: Uint8Array; readonly signature: string | undefined }
  /** The same as the caller has. */
  | { readonly kind: 'unchanged' }
  /** There is nothing to serve in this environment yet; the registry says it in a sentence. */
  | { readonly kind: 'none'; readonly message: string };

export interface NoticeRequest {
  /** What the caller has, as `etagOf` makes it. */
  readonly etag: string | undefined;
  /** How long the registry may wait for another one. */
  readonly waitS: number;
  readonly signal: AbortSignal;
}

export interface RegistryClient {
  /** For messages. */
  readonly location: string;
  /** @throws RegistryUnavailable */
  notice(request: NoticeRequest): Promise<NoticeAnswer>;
  /** The bytes that the registry has under a digest, not proven yet. @throws RegistryUnavailable */
  supergraph(digest: string, signal: AbortSignal): Promise<Uint8Array>;
}

/** There was no answer that helps. */
export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable';
  /** Asking again will not help: the token is not one, or may not. */
  readonly isRefusal: boolean;

  constructor(
    message: string,
    { isRefusal = false, ...options }: ErrorOptions & { isRefusal?: boolean } = {},
  ) {
    super(message, options);
    this.isRefusal = isRefusal;
  }
}

export interface RegistryClientOptions {
  /** Of the registry, with or without a path. */
  readonly url: string;
  readonly token: string;
  readonly environment: string;
}

/** Of the registry's own time to answer, what it waits for news not counted. */
const TIMEOUT_MS = 10_000;
const MAX_NOTICE_BYTES = 64 * 1024;
const MAX_SUPERGRAPH_BYTES = 64 * 1024 * 1024;

export function createRegistryClient({ url, token, environment }: RegistryClientOptions): RegistryClient {
  const { origin, pathname } = new URL(url);
  const base = `${origin}${pathname.replace(/\/+$/, '')}`;
  const location = `${base} (${environment})`;

  async function get(
    path: string,
    {
      headers,
      timeoutMs,
      signal,
    }: { headers?: Record<string, string>; timeoutMs: number; signal: AbortSignal },
    maxBytes: number,
  ): Promise<{ status: number; headers: Dispatcher.ResponseData['headers']; body: Buffer }> {
    try {
      const answer = await request(`${base}${path}`, {
        headers: { authorization: `Bearer ${token}`, ...headers },
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: await readAll(answer.body, maxBytes),
      };
    } catch (cause) {
      const { message, code } = cause as NodeJS.ErrnoException;
      throw new RegistryUnavailable(`${location}: ${message || code}`, { cause });
    }
  }

  const refuse = (status: number, body: Buffer): never => {
    throw new RegistryUnavailable(`${location}: answered ${status}${colon(messageOf(body)?.message)}`, {
      isRefusal: status === 401 || status === 403,
    });
  };

  return {
    location,
    async notice({ etag, waitS, signal }) {
      const { status, headers, body } = await get(
        `/v1/environments/${encodeURIComponent(environment)}/delivery?wait=${waitS}`,
        {
          ...(etag !== undefined && { headers: { 'if-none-match': etag } }),
          timeoutMs: waitS * 1_000 + TIMEOUT_MS,
          signal,
        },
        MAX_NOTICE_BYTES,
      );
      const signature = headers['tributary-signature'];
      if (status === 200) return { kind: 'notice', body, signature: signature?.toString() };
      if (status === 304) return { kind: 'unchanged' };
      const problem = messageOf(body);
      if (status === 404 && problem?.code === 'NOT_REGISTERED')
        return { kind: 'none', message: problem.message };
      return refuse(status, body);
    },
    async supergraph(digest, signal) {
      const path = `/v1/supergraphs/${digest}`;
      const { status, body } = await get(path, { timeoutMs: TIMEOUT_MS * 3, signal }, MAX_SUPERGRAPH_BYTES);
      return status === 200 ? body : refuse(status, body);
    },
  };
}

// Private:

async function readAll(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The registry's way to say what is wrong; anything else says nothing. */
function messageOf(body: Buffer): { readonly code: unknown; readonly message: string } | undefined {
  try {
    const { error } = JSON.parse(body.toString()) as { error?: { code?: unknown; message?: unknown } };
    return typeof error?.message === 'string' ? { code: error.code, message: error.message } : undefined;
  } catch {
    return undefined;
  }
}

function colon(message: string | undefined): string {
  return message === undefined ? '' : `: ${message}`;
}
