import { z } from 'zod';
import { isJsonValue } from './answer-slices.ts';
import { type CacheEntry, now } from './cache-entry.ts';
import type { Mark } from './invalidations.ts';

// An entry as other processes read it: one line of JSON, then the bytes of the answer. Times are the wall clock's. Who
// changes this changes FORMAT, which is in every key: gateways of two versions do not see each other's entries.

export const FORMAT = 1;

const head = z.object({
  mark: z.number(),
  isPrivate: z.boolean(),
  givenMs: z.number(),
  freshUntilMs: z.number(),
  revalidateUntilMs: z.number(),
  ifErrorUntilMs: z.number(),
  tags: z.array(z.string()),
});

const LINE_BREAK = 0x0a;

export function serializeEntry({ text, ...entry }: CacheEntry, mark: Mark): Buffer {
  const line = JSON.stringify({ ...entry, ...movedBy(Date.now() - now(), entry), mark });
  return Buffer.concat([Buffer.from(`${line}\n`), Buffer.from(text, 'latin1')]);
}

/** Undefined for what this version has not written: none of it may get into an answer. */
export function parseEntry(bytes: Buffer): { readonly entry: CacheEntry; readonly mark: Mark } | undefined {
  const end = bytes.indexOf(LINE_BREAK);
  if (end === -1) return undefined;
  const { data } = head.safeParse(parseLine(bytes.toString('utf8', 0, end)));
  const text = bytes.toString('latin1', end + 1);
  if (data === undefined || !isJsonValue(text) || (text[0] !== '{' && text !== 'null')) return undefined;
  const { mark, ...entry } = data;
  return { entry: { ...entry, ...movedBy(now() - Date.now(), entry), text }, mark };
}

// Private:

type Times = Pick<CacheEntry, 'givenMs' | 'freshUntilMs' | 'revalidateUntilMs' | 'ifErrorUntilMs'>;

/** From one clock to another. */
function movedBy(ms: number, { givenMs, freshUntilMs, revalidateUntilMs, ifErrorUntilMs }: Times): Times {
  return {
    givenMs: givenMs + ms,
    freshUntilMs: freshUntilMs + ms,
    revalidateUntilMs: revalidateUntilMs + ms,
    ifErrorUntilMs: ifErrorUntilMs + ms,
  };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
