import type { IncomingMessage } from 'node:http';

export type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly status: 400 | 413 };

/** The request's JSON body, undefined when it is empty. Reads at most `limitBytes` into memory. */
export async function readJson(request: IncomingMessage, limitBytes: number): Promise<JsonBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) return { kind: 'refused', status: 413 };
    chunks.push(chunk);
  }
  if (size === 0) return { kind: 'json', value: undefined };
  try {
    return { kind: 'json', value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { kind: 'refused', status: 400 };
  }
}
