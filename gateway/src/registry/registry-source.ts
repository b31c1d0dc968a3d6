import { setTimeout as delay } from 'node:timers/promises';
import { DeliveryRefused, etagOf, type NoticeVerifier } from '@tributary/supergraph-delivery';
import { type Logger, metric, type Registry } from '@tributary/telemetry';
import type { Delivery, DeliveryListener, Freshness, SupergraphSource } from '../source/index.ts';
import { backoffMs } from './backoff.ts';
import type { LastGood } from './last-good.ts';
import { assertNewer, collectDelivery, type ProvenDelivery } from './prove-delivery.ts';
import { type RegistryClient, RegistryUnavailable } from './registry-client.ts';

export interface RegistrySourceOptions {
  readonly client: RegistryClient;
  readonly verifier: NoticeVerifier;
  /** Without one, a gateway cannot start while the registry is away. */
  readonly lastGood?: LastGood | undefined;
  readonly logger: Logger;
  readonly registry: Registry;
  /** How long the registry may hold a request back while it has no news. */
  readonly waitS?: number;
  /** How long a start with nothing on disk tries to reach the registry before it is given up. */
  readonly startPatienceMs?: number;
  readonly backoff?: (failures: number) => number;
  readonly now?: () => number;
}

export type RegistrySource = SupergraphSource & AsyncDisposable & { readonly freshness: () => Freshness };

/** A start that has something on disk does not wait long for a registry that hangs. */
const START_TIMEOUT_MS = 5_000;
/** How often the disk learns that what it has is still what to serve. */
const CONFIRM_MS = 60_000;
const STALE_TICK_MS = 1_000;

/**
 * Follows an environment of a registry by long-poll. What is not proven (signature, environment, sequence, digests) is
 * refused and what is there stays; while the registry is away it stays too, called stale. What the gateway serves is kept
 * on disk, and a start without the registry begins with it.
 */
export function createRegistrySource(options: RegistrySourceOptions): RegistrySource {
  const { client, verifier, lastGood, logger, waitS = 30, backoff = backoffMs, now = Date.now } = options;
  const refusals = metric(options.registry, 'gateway_deliveries_refused_total');
  const staleness = metric(options.registry, 'gateway_supergraph_stale_seconds');
  const ended = new AbortController();
  const { signal } = ended;
  let known: ProvenDelivery | undefined;
  let saved: ProvenDelivery | undefined;
  let unservable: ProvenDelivery | undefined;
  let confirmedAt = now();
  let confirmedOnDiskAt = 0;
  let isAway = false;
  let loggedRefusal: string | undefined;
  let following: Promise<void> = Promise.resolve();

  const freshness = (): Freshness =>
    isAway
      ? { state: 'stale', ageS: Math.max(0, Math.round((now() - confirmedAt) / 1_000)) }
      : { state: 'fresh' };
  const tellStaleness = () => {
    const fresh = freshness();
    staleness.set(fresh.state === 'stale' ? fresh.ageS : 0);
  };
  const ticking = setInterval(tellStaleness, STALE_TICK_MS).unref();
  const setAway = (away: boolean) => {
    isAway = away;
    tellStaleness();
  };

  /** Undefined when the registry says that nothing has changed; a message while there is nothing yet. */
  async function ask(wait: number, within: AbortSignal): Promise<ProvenDelivery | string | undefined> {
    const etag = known && etagOf(known);
    const answer = await client.notice({ etag, waitS: wait, signal: within });
    if (answer.kind === 'none') return answer.message;
    if (answer.kind === 'unchanged') return undefined;
    const { body } = answer;
    const notice = verifier.verify(body, answer.signature);
    // Verified, so there is one.
    const signature = answer.signature ?? '';
    if (known) assertNewer(notice, body, known);
    const read = (digest: string) => client.supergraph(digest, within);
    return { notice, body, signature, delivery: await collectDelivery(notice, known?.delivery, read) };
  }

  async function confirm(): Promise<void> {
    confirmedAt = now();
    loggedRefusal = undefined;
    if (isAway) logger.info({ source: client.location }, 'the registry is back');
    setAway(false);
    if (saved === undefined || saved !== known || confirmedAt - confirmedOnDiskAt < CONFIRM_MS) return;
    confirmedOnDiskAt = confirmedAt;
    // A wrong age on disk is no reason for a line in the log.
    await lastGood?.confirm(new Date(confirmedAt)).catch(() => {});
  }

  async function save(proven: ProvenDelivery): Promise<void> {
    if (lastGood === undefined) return;
    const { body, signature, delivery } = proven;
    const supergraphs = new Map(
      [delivery.live, delivery.canary].flatMap((one) => (one ? [[one.digest, one.sdl]] : [])),
    );
    try {
      await lastGood.save({ body, signature, supergraphs });
      saved = proven;
      confirmedOnDiskAt = now();
    } catch (error) {
      logger.warn(
        { reason: (error as Error).message },
        'cannot keep the supergraph on disk, serves it all the same',
      );
    }
  }

  async function load(): Promise<ProvenDelivery | undefined> {
    try {
      const found = await lastGood?.read();
      if (found === undefined) return undefined;
      const { body, signature } = found;
      const notice = verifier.verify(body, signature);
      const delivery = await collectDelivery(notice, undefined, found.supergraph);
      confirmedAt = found.confirmedAt.getTime();
      return { notice, body, signature, delivery };
    } catch (error) {
      logger.warn({ reason: (error as Error).message }, 'the supergraph on disk is of no use');
      return undefined;
    }
  }

  /** One line for each thing that is wrong, however often it is met. */
  function reportRefusal(error: DeliveryRefused): void {
    refusals.inc({ reason: error.reason });
    if (loggedRefusal === error.message) return;
    loggedRefusal = error.message;
    logger.error(
      { source: client.location, reason: error.message, check: error.reason },
      'refused a delivery of the registry, the old state stays',
    );
  }

  async function startFromDisk(onDisk: ProvenDelivery): Promise<Delivery> {
    known = onDisk;
    saved = onDisk;
    try {
      const proven = await ask(0, AbortSignal.any([signal, AbortSignal.timeout(START_TIMEOUT_MS)]));
      if (typeof proven === 'string') throw new RegistryUnavailable(`${client.location}: ${proven}`);
      known = proven ?? onDisk;
      await confirm();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DeliveryRefused) reportRefusal(error);
      setAway(true);
      logger.warn(
        { reason: (error as Error).message, digest: onDisk.notice.live.digest, ...freshness() },
        'starts with the last good supergraph',
      );
    }
    return known.delivery;
  }

  async function startFromRegistry(): Promise<Delivery> {
    const endsAt = performance.now() + (options.startPatienceMs ?? 60_000);
    let told: string | undefined;
    const tell = (reason: string, what: string) => {
      if (told !== reason) logger.warn({ reason }, what);
      told = reason;
    };
    for (let attempts = 1; ; attempts++) {
      try {
        const proven = await ask(attempts === 1 ? 0 : waitS, signal);
        if (typeof proven === 'object') {
          known = proven;
          await confirm();
          return proven.delivery;
        }
        tell(`${client.location}: ${proven}`, 'waits for the first release');
      } catch (error) {
        const isFinal =
          error instanceof DeliveryRefused || (error instanceof RegistryUnavailable && error.isRefusal);
        if (error instanceof DeliveryRefused) refusals.inc({ reason: error.reason });
        if (signal.aborted || isFinal || performance.now() > endsAt) throw describe(client.location, error);
        tell((error as Error).message, 'waits for the registry');
      }
      await delay(backoff(attempts), undefined, { signal });
    }
  }

  async function follow({ onDelivery, onUnavailable }: DeliveryListener): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const askedAt = performance.now();
      // Who does not know whether the registry is back asks for an answer at once.
      const wait = isAway ? 0 : waitS;
      try {
        const proven = await ask(wait, signal);
        if (typeof proven === 'string') throw new RegistryUnavailable(`${client.location}: ${proven}`);
        await confirm();
        failures = 0;
        if (proven) {
          const isNew = proven.notice.sequence !== known?.notice.sequence;
          known = proven;
          if (!isNew || (await onDelivery(proven.delivery))) await save(proven);
        } else if (wait > 0 && performance.now() - askedAt < 1_000) {
          // So answers a registry that is stopping.
          failures = 1;
        }
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        if (error instanceof DeliveryRefused) reportRefusal(error);
        else if (!isAway) onUnavailable(error as Error);
        setAway(true);
      }
      if (failures > 0) await delay(backoff(failures), undefined, { signal }).catch(() => {});
    }
  }

  return {
    location: client.location,
    async read() {
      const onDisk = await load();
      return onDisk ? startFromDisk(onDisk) : startFromRegistry();
    },
    async lastGood() {
      if (saved === known) return undefined;
      unservable = known;
      return saved?.delivery;
    },
    watch(listener) {
      // What `read` gave is served by now.
      if (known && known !== saved && known !== unservable) following = save(known);
      following = following.then(() => follow(listener));
      return { [Symbol.asyncDispose]: end };
    },
    freshness,
    [Symbol.asyncDispose]: end,
  };

  async function end(): Promise<void> {
    ended.abort();
    clearInterval(ticking);
    await following;
  }
}

// Private:

function describe(location: string, error: unknown): Error {
  if (!(error instanceof DeliveryRefused)) return error as Error;
  return new Error(`${location}: refused what the registry delivers: ${error.message}`, { cause: error });
}
