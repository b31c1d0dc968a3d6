import { TributaryError } from '@tributary/errors';
import { GRAPHQL_JSON, JSON_TYPE, type MediaType } from '../respond/index.ts';

/** In the order of preference where the client has none: `*` + `/*` means a client of the time before the newer type. */
const OFFERED: readonly MediaType[] = [JSON_TYPE, GRAPHQL_JSON];

/** Clients send few different ones; whoever sends many fills this once and is parsed each time. */
const negotiated = new Map<string, MediaType>();
const MAX_REMEMBERED = 100;
const MAX_REMEMBERED_LENGTH = 200;

/**
 * The media type of the answer. A range that names a type beats a wildcard, then the higher quality wins.
 * @throws TributaryError NOT_ACCEPTABLE
 */
export function negotiateMediaType(accept: string | undefined): MediaType {
  if (accept === undefined) return JSON_TYPE;
  const known = negotiated.get(accept);
  if (known) return known;
  const type = negotiate(accept);
  if (negotiated.size < MAX_REMEMBERED && accept.length <= MAX_REMEMBERED_LENGTH)
    negotiated.set(accept, type);
  return type;
}

function negotiate(accept: string): MediaType {
  if (accept.trim() === '') return JSON_TYPE;
  const ranges = accept.split(',').map(parseRange);
  let best: { type: MediaType; quality: number } | undefined;
  for (const type of OFFERED) {
    const quality = qualityOf(type, ranges);
    // Named at the same quality, the type made for GraphQL is the better answer.
    const isPreferred = best?.quality === quality && ranges.some((range) => range.type === type);
    if (quality > 0 && (best === undefined || quality > best.quality || isPreferred))
      best = { type, quality };
  }
  if (best) return best.type;
  throw new TributaryError('NOT_ACCEPTABLE', `Accept ${GRAPHQL_JSON} or ${JSON_TYPE}`);
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice(8);
  if (charset !== undefined && !isUtf8(charset)) return { type, quality: 0 };
  const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

function qualityOf(type: MediaType, ranges: readonly Range[]): number {
  for (const candidate of [type, 'application/*', '*/*']) {
    const range = ranges.find((item) => item.type === candidate);
    if (range) return range.quality;
  }
  return 0;
}

/** Only JSON in UTF-8, which is also what makes a browser ask first (a CORS preflight) before it posts across sites. */
export function assertJsonBody(contentType: string | undefined): void {
  if (contentType === JSON_TYPE) return;
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice(8);
  if (type === JSON_TYPE && (charset === undefined || isUtf8(charset))) return;
  throw new TributaryError('UNSUPPORTED_MEDIA_TYPE', `Send the body as ${JSON_TYPE} in UTF-8`);
}

function isUtf8(charset: string): boolean {
  return /^"?utf-?8"?$/.test(charset);
}
