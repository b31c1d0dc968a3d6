import { request } from 'undici';
import { poll } from './poll.ts';
import type { TextSource } from './text-source.ts';

export interface UrlSourceOptions {
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** A document at an http(s) URL, polled with its ETag so that an unchanged one costs one empty answer. */
export function createUrlSource(url: string, options: UrlSourceOptions = {}): TextSource {
  const { intervalMs = 10_000, timeoutMs = 10_000, maxBytes = 64 * 1024 * 1024 } = options;
  const { origin, pathname } = new URL(url);
  const location = `${origin}${pathname}`;
  let etag: string | undefined;
  let text: string | undefined;

  async function readChanged(signal?: AbortSignal): Promise<string | undefined> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const { statusCode, headers, body } = await request(url, {
      headers: { accept: 'application/graphql, text/plain, */*', ...(etag && { 'if-none-match': etag }) },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (statusCode === 304) {
      await body.dump();
      return undefined;
    }
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`answered ${statusCode}`);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) throw new Error(`is larger than ${maxBytes} bytes`);
      chunks.push(chunk as Buffer);
    }
    text = Buffer.concat(chunks).toString('utf8');
    etag = typeof headers.etag === 'string' ? headers.etag : undefined;
    return text;
  }

  const readDescribed = async (signal?: AbortSignal) => {
    try {
      return await readChanged(signal);
    } catch (error) {
      throw new Error(`${location}: ${(error as Error).message || (error as NodeJS.ErrnoException).code}`, {
        cause: error,
      });
    }
  };

  return {
    location,
    read: async () => (await readDescribed()) ?? text ?? '',
    watch: (listener) => poll({ intervalMs, read: readDescribed, listener, initial: text }),
  };
}
