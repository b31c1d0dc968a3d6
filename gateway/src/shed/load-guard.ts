import { type Logger, metric, type Registry } from '@tributary/telemetry';
import type { OverloadPolicy } from '../configuration/index.ts';
import { Admission, type ShedReason } from './admission.ts';
import {
  CRITICALITIES,
  createRankOf,
  DEFAULT,
  type Rank,
  type RankOf,
  type RequestHead,
} from './criticality.ts';
import { StartLine } from './start-line.ts';

export interface LoadGuardOptions {
  /** As it is now: a change counts from the next adjustment on. */
  readonly policy: () => OverloadPolicy;
  /** Milliseconds for which the event loop has had nothing to do. */
  readonly idleClock: () => number;
  readonly logger: Logger;
  readonly registry: Registry;
}

export interface Refusal {
  readonly retryAfterSeconds: number;
}

/** How often the event loop is asked how late it is. */
const SAMPLE_MS = 10;
const ADJUST_MS = 100;
/** One computation that blocks everything for a second is one late sample, and no queue. */
const LEAST_SAMPLES = 2;
/** Nothing refused for so long: it is over. Until then it is the same overload, and no second pair of log lines. */
const CALM_MS = 5_000;

/**
 * Stands in front of everything and lets in what the process can serve; the rest is refused at a small part of what
 * serving it would cost. What counts is how long work waits for the event loop. Not how long requests take: a subgraph
 * that hangs must not cost those that do not need it, and its fetches have limits of their own.
 */
export class LoadGuard implements Disposable {
  readonly #options: LoadGuardOptions;
  readonly #line: StartLine;
  readonly #admission = new Admission({ targetDelayMs: 0, minInFlight: 0, maxInFlight: 0 });
  readonly #metrics: ReturnType<typeof metricsIn>;
  /** Both since the last adjustment. */
  readonly #refused = CRITICALITIES.map(() => ({ event_loop: 0, in_flight: 0 }));
  readonly #arrived = CRITICALITIES.map(() => 0);
  readonly #tick = () => this.sample(performance.now());
  #policy: OverloadPolicy;
  #rankOf: RankOf;
  /** Runs while there is anything to watch. */
  #timer: NodeJS.Timeout | undefined;
  #lastSampleMs = 0;
  #lastAdjustMs = 0;
  /** As `idleClock` said at the last adjustment. */
  #lastIdleMs = 0;
  #wasAsked = false;
  /** From the first refusal to the last before a calm. */
  #overload: Overload | undefined;

  constructor(options: LoadGuardOptions) {
    this.#options = options;
    this.#line = new StartLine({
      idleClock: options.idleClock,
      longestWaitMs: () => (this.inFlight < this.#policy.minInFlight ? Infinity : this.#policy.targetDelayMs),
    });
    this.#metrics = metricsIn(options.registry);
    this.#policy = options.policy();
    this.#rankOf = createRankOf(this.#policy);
    this.#followPolicy();
    this.#publish(0);
  }

  /** Undefined lets the request in: `leave` is to follow when it is answered. `nowMs` is as performance.now() says. */
  enter(head: RequestHead, nowMs: number): Refusal | undefined {
    if (this.#timer === undefined) this.#watch(nowMs);
    this.#wasAsked = true;
    const rank = this.#rankOf(head);
    (this.#arrived[rank] as number)++;
    const reason = this.#admission.enter(rank, this.#waitedMs(nowMs));
    return reason === undefined ? undefined : this.#refuse(rank, reason);
  }

  /** For a request that was let in: calls `run` when its turn has come, or `refuse` where that would be too late. Then no `leave` is to follow. */
  begin(head: RequestHead, run: () => void, refuse: (refusal: Refusal) => void, nowMs: number): void {
    if (!this.#policy.enabled) {
      run();
      return;
    }
    const rank = this.#rankOf(head);
    const giveUp = () => {
      this.#admission.takeBack();
      refuse(this.#refuse(rank, 'event_loop'));
    };
    this.#line.enter(rank, run, giveUp, nowMs);
  }

  leave(): void {
    this.#line.ended();
    this.#admission.leave();
  }

  get inFlight(): number {
    return this.#admission.inFlight;
  }

  /** Whether more than background requests have been refused for so long that a load balancer should know. */
  get isOverloaded(): boolean {
    const { unreadyAfterMs } = this.#policy;
    const since = this.#overload?.ofDefaultSinceMs;
    return unreadyAfterMs > 0 && since !== undefined && this.#lastSampleMs - since >= unreadyAfterMs;
  }

  /** The timer's call: as late as it is, everything else has waited too; and the first who waits to begin has waited longer. */
  sample(nowMs: number): void {
    const delayMs = Math.max(0, this.#waitedMs(nowMs));
    this.#lastSampleMs = nowMs;
    this.#admission.sample(delayMs);
    if (this.#admission.samples >= LEAST_SAMPLES && nowMs - this.#lastAdjustMs >= ADJUST_MS)
      this.#adjust(nowMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  // Private:

  /**
   * How long work waits now, at least. The timer is first in each turn of the event loop: this turn has lasted as long as it is overdue.
   * And the first in the line has waited, unless the line looks to it that nobody waits for too long.
   */
  #waitedMs(nowMs: number): number {
    const overdueMs = nowMs - this.#lastSampleMs - SAMPLE_MS;
    return this.#line.isCrowded ? overdueMs : Math.max(overdueMs, this.#line.waitedMs(nowMs));
  }

  #watch(nowMs: number): void {
    this.#lastSampleMs = nowMs;
    this.#lastAdjustMs = this.#lastSampleMs;
    this.#lastIdleMs = this.#options.idleClock();
    this.#timer = setInterval(this.#tick, SAMPLE_MS).unref();
  }

  #adjust(nowMs: number): void {
    this.#followPolicy();
    const idleMs = this.#options.idleClock();
    const elapsedMs = nowMs - this.#lastAdjustMs;
    const delayMs = this.#admission.adjust(elapsedMs, idleMs - this.#lastIdleMs, this.#line.isCrowded);
    this.#lastAdjustMs = nowMs;
    this.#lastIdleMs = idleMs;
    this.#follow(nowMs, delayMs);
    const isIdle = !this.#wasAsked && this.inFlight === 0 && this.#overload === undefined;
    this.#publish(isIdle ? 0 : delayMs);
    this.#wasAsked = false;
    if (isIdle) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #followPolicy(): void {
    const policy = this.#options.policy();
    if (policy !== this.#policy) this.#rankOf = createRankOf(policy);
    this.#policy = policy;
    this.#admission.limits = policy.enabled ? policy : { ...policy, ...NO_LIMITS };
  }

  #refuse(rank: Rank, reason: ShedReason): Refusal {
    (this.#refused[rank] as Refused)[reason]++;
    const least = this.#policy.retryAfterSeconds;
    // Not all at the same moment again.
    return { retryAfterSeconds: least + Math.floor(Math.random() * (least + 1)) };
  }

  /** Begins, continues or ends the account of an overload. */
  #follow(nowMs: number, delayMs: number): void {
    const refused = this.#refused.map((reasons) => reasons.event_loop + reasons.in_flight);
    const { logger } = this.#options;
    if (refused.some((count) => count > 0)) {
      if (this.#overload === undefined) {
        this.#overload = new Overload(nowMs);
        logger.warn(
          { ...this.#facts(delayMs), refused: byName(refused) },
          'too much to do: refuses requests',
        );
      }
      this.#overload.add(refused, nowMs);
    } else if (this.#overload?.isOver(nowMs)) {
      const { refused: all, lastMs, sinceMs } = this.#overload;
      logger.info(
        { ...this.#facts(delayMs), refused: byName(all), durationMs: Math.round(lastMs - sinceMs) },
        'serves all requests again',
      );
      this.#overload = undefined;
    }
  }

  #facts(delayMs: number) {
    return { eventLoopDelayMs: Math.round(delayMs), inFlight: this.inFlight };
  }

  #publish(delayMs: number): void {
    const { shed, inFlight, delay, share } = this.#metrics;
    inFlight.set(this.inFlight);
    delay.set(delayMs / 1000);
    for (const [rank, criticality] of CRITICALITIES.entries()) {
      const refused = this.#refused[rank] as Refused;
      share.set({ criticality }, shareOf(this.#arrived[rank] as number, refused));
      this.#arrived[rank] = 0;
      for (const reason of REASONS) {
        if (refused[reason] > 0) shed.inc({ criticality, reason }, refused[reason]);
        refused[reason] = 0;
      }
    }
  }
}

// Private:

type Refused = Record<ShedReason, number>;

/** Some of those that are refused now have arrived before. */
function shareOf(arrived: number, refused: Refused): number {
  return arrived === 0 ? 1 : Math.max(0, 1 - (refused.event_loop + refused.in_flight) / arrived);
}

const REASONS: readonly ShedReason[] = ['event_loop', 'in_flight'];
const NO_LIMITS = { targetDelayMs: Infinity, maxInFlight: Infinity };

class Overload {
  readonly sinceMs: number;
  readonly refused = [0, 0, 0];
  lastMs: number;
  /** When the refusals of more than background requests began that have not ceased since. */
  ofDefaultSinceMs: number | undefined;
  #lastOfDefaultMs = 0;

  constructor(nowMs: number) {
    this.sinceMs = nowMs;
    this.lastMs = nowMs;
  }

  add(refused: readonly number[], nowMs: number): void {
    for (const [rank, count] of refused.entries()) this.refused[rank] = (this.refused[rank] ?? 0) + count;
    this.lastMs = nowMs;
    if (refused.some((count, rank) => rank <= DEFAULT && count > 0)) {
      this.#lastOfDefaultMs = nowMs;
      this.ofDefaultSinceMs ??= nowMs;
    } else if (nowMs - this.#lastOfDefaultMs >= CALM_MS) {
      this.ofDefaultSinceMs = undefined;
    }
  }

  isOver(nowMs: number): boolean {
    return nowMs - this.lastMs >= CALM_MS;
  }
}

function byName(counts: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(CRITICALITIES.map((criticality, rank) => [criticality, counts[rank] ?? 0]));
}

function metricsIn(registry: Registry) {
  return {
    shed: metric(registry, 'gateway_requests_shed_total'),
    inFlight: metric(registry, 'gateway_requests_in_flight'),
    delay: metric(registry, 'gateway_event_loop_delay_seconds'),
    share: metric(registry, 'gateway_admitted_share'),
  };
}
