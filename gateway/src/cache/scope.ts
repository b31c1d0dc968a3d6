import { hash } from 'node:crypto';
import type { Caller } from '../subgraph/subgraph-client.ts';

/** Who may share an answer, as parts of its key. */
export interface Scopes {
  /** Everybody whose forwarded headers are the same; credentials among them do not count for what is public. */
  readonly shared: string;
  /** Only who is the same to the subgraph in all that it is told: subject, roles and every forwarded header. */
  readonly own: string;
}

/** What says who somebody is. `public` allows to share an answer in spite of it (RFC 9111, 3.5). */
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/**
 * Gives the scopes of callers. `ignoredHeaders` are those that never change an answer, such as a request's id;
 * any other may, since nothing tells of each which answers it is for.
 */
export function createScopes(ignoredHeaders: ReadonlySet<string>): (caller: Caller) => Scopes {
  // One caller object for all fetches of a request.
  const known = new WeakMap<Caller, Scopes>();
  return (caller) => {
    const seen = known.get(caller);
    if (seen !== undefined) return seen;
    const scopes = scopesOf(caller, ignoredHeaders);
    known.set(caller, scopes);
    return scopes;
  };
}

// Private:

function scopesOf({ identity, forwardedHeaders }: Caller, ignored: ReadonlySet<string>): Scopes {
  const headers = Object.entries(forwardedHeaders)
    .filter(([name]) => !ignored.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const open = headers.filter(([name]) => !CREDENTIALS.has(name));
  const { subject, roles } = identity;
  return {
    shared: `p${open.length === 0 ? '' : digest(open)}`,
    own: `o${digest([subject, roles.toSorted(), headers])}`,
  };
}

function digest(facts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(facts), 'base64url');
}
