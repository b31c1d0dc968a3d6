import type { RawResponse } from '../subgraph/subgraph-client.ts';

/** How long an answer may be used, in milliseconds from now, and by whom. */
export interface Freshness {
  /** Whether only callers who cannot be told apart from the first one may get it. */
  readonly isPrivate: boolean;
  /** Whether the subgraph said so itself; otherwise the policy did for it. */
  readonly isHinted: boolean;
  /** How long ago the subgraph made it: `Age`. */
  readonly ageMs: number;
  /** 0 and less for what is stale from the start. */
  readonly freshMs: number;
  /** From when it is stale. */
  readonly staleWhileRevalidateMs: number;
  /** From when it is stale. */
  readonly staleIfErrorMs: number;
}

/** What a policy says for one subgraph where its answers say nothing. */
export interface FreshnessDefaults {
  /** Of answers without cache-control; undefined keeps none of them. */
  readonly maxAgeMs: number | undefined;
  readonly isPublic: boolean;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
}

/** 2^31 s, as RFC 9111 1.2.2 has it, is longer than any process lives. */
const LONGEST_MS = 365 * 24 * 3_600_000;

/**
 * Reads `cache-control` and `age` as a shared cache does (RFC 9111, 5861). Undefined for what must not be kept.
 * There is nothing to validate an old answer with, so `no-cache` is as good as `no-store` here.
 */
export function freshnessOf(response: RawResponse, defaults: FreshnessDefaults): Freshness | undefined {
  const { cacheControl } = response;
  if (cacheControl === undefined) return freshnessByDefault(defaults);
  const directives = parseDirectives(cacheControl);
  if (directives.has('no-store') || directives.has('no-cache')) return undefined;
  const isPrivate = directives.has('private') || !directives.has('public');
  const maxAge = (isPrivate ? undefined : directives.get('s-maxage')) ?? directives.get('max-age');
  // Neither directive: the subgraph has spoken, but not of caching (`public` alone, `no-transform`).
  if (maxAge === undefined) return undefined;

  const ageMs = toMs(response.age) ?? 0;
  const isStrict = directives.has('must-revalidate') || directives.has('proxy-revalidate');
  // s-maxage forbids stale answers too, unless the subgraph itself allows them beside it.
  const isStrictByDefault = isStrict || (!isPrivate && directives.has('s-maxage'));
  const windowOf = (name: string, byDefaultMs: number) =>
    isStrict ? 0 : (toMs(directives.get(name)) ?? (isStrictByDefault ? 0 : byDefaultMs));
  const staleWhileRevalidateMs = windowOf('stale-while-revalidate', defaults.staleWhileRevalidateMs);
  const staleIfErrorMs = windowOf('stale-if-error', defaults.staleIfErrorMs);
  // What cannot be read is stale (RFC 9111, 4.2.1).
  const freshMs = (toMs(maxAge) ?? 0) - ageMs;
  if (freshMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs) <= 0) return undefined;
  return { isPrivate, isHinted: true, ageMs, freshMs, staleWhileRevalidateMs, staleIfErrorMs };
}

function freshnessByDefault(defaults: FreshnessDefaults): Freshness | undefined {
  const { maxAgeMs, isPublic, staleWhileRevalidateMs, staleIfErrorMs } = defaults;
  if (maxAgeMs === undefined) return undefined;
  return {
    isPrivate: !isPublic,
    isHinted: false,
    ageMs: 0,
    freshMs: maxAgeMs,
    staleWhileRevalidateMs,
    staleIfErrorMs,
  };
}

/** Of a directive that is there twice, the smaller value holds. */
function parseDirectives(text: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/([\w-]+)(?:\s*=\s*("[^"]*"|[^\s,;]*))?/g)) {
    const key = name.toLowerCase();
    const known = directives.get(key);
    if (known === undefined || !(Number(known) <= Number(value))) directives.set(key, value);
  }
  return directives;
}

function toMs(seconds: string | undefined): number | undefined {
  const digits = /^"?(\d+)"?$/.exec(seconds?.trim() ?? '')?.[1];
  return digits === undefined ? undefined : Math.min(Number(digits) * 1000, LONGEST_MS);
}
