import { TributaryError } from '@tributary/errors';
import { IDENTITY_HEADER, type IdentityVerifier } from '@tributary/identity';
import type { SubgraphOptions } from '@tributary/subgraph';
import { extractContext, SpanKind, withSpan } from '@tributary/telemetry';
import type { Kysely } from 'kysely';
import type { EventResult } from '../domain/order-events.ts';
import { recordOrderEvents } from '../store/order-events.ts';
import type { LoyaltyTables } from '../store/tables.ts';
import { type ParsedEvent, parseEvent } from './parse-event.ts';

export interface EventsRouteOptions {
  readonly db: Kysely<LoyaltyTables>;
  /** Trusts the orders service alone: an assertion of the gateway, which acts for users, is refused. */
  readonly verifier: IdentityVerifier;
}

const PATH = '/events';
const BODY_LIMIT_BYTES = 1024 * 1024;
export const MAX_EVENTS = 1_000;

/**
 * POST /events: `{"events": [...]}` in, `{"results": [{"id", "status", "reason"?}]}` out, in the same order. A result
 * is given only for what is committed: `rejected` is for good, and after any answer but 200 nothing of the batch was
 * written and the sender sends it again.
 */
export function eventsRoute({
  db,
  verifier,
}: EventsRouteOptions): NonNullable<SubgraphOptions<object>['routes']> {
  return (app) => {
    // Before the body is read: a stranger costs nothing.
    app.addHook('onRequest', async (request) => {
      const header = request.headers[IDENTITY_HEADER];
      await verifier.verify(Array.isArray(header) ? header[0] : header);
    });
    app.post(PATH, { bodyLimit: BODY_LIMIT_BYTES }, (request) => {
      const batch = parseBatch(request.body);
      const attributes = {
        'http.request.method': 'POST',
        'http.route': PATH,
        'url.path': PATH,
        'url.scheme': 'http',
        'messaging.batch.message_count': batch.length,
      };
      const parent = extractContext(request.headers);
      return withSpan(`POST ${PATH}`, { kind: SpanKind.SERVER, attributes, parent }, async (span) => {
        const results = await recordBatch(db, batch);
        span.setAttribute('http.response.status_code', 200);
        return { results };
      });
    });
  };
}

// Private:

type NamedEvent = Exclude<ParsedEvent, { readonly id: null }>;

/** All events of a body, the bad ones too: they are answered one by one. Throws when there is nobody to answer. */
function parseBatch(body: unknown): readonly NamedEvent[] {
  const values = typeof body === 'object' && body !== null && 'events' in body ? body.events : undefined;
  if (!Array.isArray(values)) throw new TributaryError('BAD_REQUEST', 'The body must be {"events": [...]}.');
  if (values.length > MAX_EVENTS) {
    throw new TributaryError(
      'PAYLOAD_TOO_LARGE',
      `${values.length} events; a batch takes at most ${MAX_EVENTS}.`,
    );
  }
  return values.map((value: unknown, index) => {
    const parsed = parseEvent(value);
    if (!isNamed(parsed)) throw new TributaryError('BAD_REQUEST', `events.${index}: ${parsed.fault}.`);
    return parsed;
  });
}

function isNamed(parsed: ParsedEvent): parsed is NamedEvent {
  return !('fault' in parsed) || parsed.id !== null;
}

async function recordBatch(
  db: Kysely<LoyaltyTables>,
  batch: readonly NamedEvent[],
): Promise<readonly EventResult[]> {
  const events = batch.flatMap((parsed) => ('event' in parsed ? [parsed.event] : []));
  const recorded = [...(await recordOrderEvents(db, events))];
  return batch.flatMap((parsed): EventResult[] =>
    'event' in parsed ? recorded.splice(0, 1) : [{ id: parsed.id, status: 'rejected', reason: parsed.fault }],
  );
}
