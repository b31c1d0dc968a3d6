import { flag, httpUrl, positiveInteger, privateJwk } from '@tributary/environment';
import { serviceVariables } from '@tributary/service';

/** The variables of this service. */
export function ordersVariables(production: boolean) {
  return {
    ...serviceVariables({ name: 'orders', port: 4002, production }),
    /** Whether answers about the catalogue say that they may be cached. */
    CACHE_HINTS: flag(false),
    /** Signs what this service sends to loyalty. */
    ORDERS_PRIVATE_JWK: privateJwk(),
    /** Where loyalty takes events. */
    LOYALTY_EVENTS_URL: httpUrl('http://127.0.0.1:4003/events'),
    /** How long events stay with a worker that died; a delivery may take half of it. */
    OUTBOX_LEASE_MS: positiveInteger(30_000),
    OUTBOX_POLL_MS: positiveInteger(1_000),
    /** Most events in one request. */
    OUTBOX_BATCH: positiveInteger(100),
    /** Deliveries before an event is a dead letter. With the back-off's five minutes at most, 600 take about a day. */
    OUTBOX_MAX_ATTEMPTS: positiveInteger(600),
  };
}
