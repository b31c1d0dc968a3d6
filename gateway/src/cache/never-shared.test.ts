import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../subgraph/subgraph-client.ts';
import { ResponseCache } from './response-cache.ts';
import { entityRequest, idsIn, json, rootRequest, scripted } from './testing/scripted-client.ts';

// The subgraph writes into each answer whom it was made for: everything that the gateway tells it of the caller. An answer
// that it did not call public must never reach anybody for whom it would have written something else.

const DIRECTIVES = [
  'max-age=60',
  'max-age=60, private',
  'max-age=0, stale-while-revalidate=60',
  'private, max-age=0, stale-if-error=60',
  's-maxage=60, max-age=60',
  'max-age=60, s-maxage=60, private, stale-while-revalidate=60, stale-if-error=60',
  'max-age=60, public, private',
  'max-age=60, Private="x"',
  undefined,
];

const callers = fc.record({
  identity: fc.record({
    subject: fc.constantFrom(null, '', 'mia', 'leo', 'null', 'mia","leo', 'public', 'p'),
    roles: fc.subarray(['support', 'admin', 'mia']),
  }),
  forwardedHeaders: fc.dictionary(
    fc.constantFrom('authorization', 'cookie', 'accept-language', 'x-tenant'),
    fc.constantFrom('a', 'b', 'mia', ''),
    { noNullPrototype: true },
  ),
});

const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('ask' as const),
        caller: callers,
        ids: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { maxLength: 4 }),
        cacheControl: fc.constantFrom(...DIRECTIVES),
        fails: fc.boolean(),
        viaReplica: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('invalidate' as const),
        tag: fc.constantFrom('type:Book', 'x'),
      }),
    },
  ),
  { minLength: 2, maxLength: 40 },
);

describe('an answer that is not public', () => {
  it('never reaches anybody for whom it was not made', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (script, hasDefaults) => {
        const cache = new ResponseCache();
        const defaults = {
          maxAgeMs: hasDefaults ? 60_000 : undefined,
          isPublic: false,
          staleWhileRevalidateMs: 60_000,
          staleIfErrorMs: 60_000,
        };
        let current: { readonly cacheControl: string | undefined; readonly fails: boolean } = {
          cacheControl: undefined,
          fails: false,
        };
        const respond: Parameters<typeof scripted>[0] = ({ body, caller, entities }) => {
          const { cacheControl, fails } = current;
          const madeFor = everythingOf(caller);
          if (fails) return json({ errors: [{ message: 'x' }] }, { status: 500, contentType: 'text/html' });
          const data = entities
            ? {
                _entities: idsIn(body)
                  .flat()
                  .map((id) => ({ id, madeFor })),
              }
            : { top: { madeFor } };
          return json({ data }, { cacheControl });
        };
        // Two clients of one cache, as two generations are.
        const clients = [0, 1].map(() => scripted(respond, { cache, defaults }).client);
        for (const step of script) {
          if (step.kind === 'invalidate') {
            await cache.invalidate([step.tag]);
            continue;
          }
          current = step;
          const { caller, ids } = step;
          const request = ids.length === 0 ? rootRequest({ caller }) : entityRequest(ids, { caller });
          const answer = await clients[step.viaReplica ? 1 : 0]?.send(request).catch(() => undefined);
          const given = Object.values(answer?.data ?? {}).flat() as { madeFor: string; id?: string }[];
          for (const one of given) expect(one.madeFor).toBe(everythingOf(caller));
          if (answer && ids.length > 0) expect(given.map(({ id }) => id)).toEqual(ids);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function everythingOf({ identity, forwardedHeaders }: Caller): string {
  return JSON.stringify([
    identity.subject,
    identity.roles.toSorted(),
    Object.entries(forwardedHeaders).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
