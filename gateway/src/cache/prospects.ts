import type { RawResponse } from '../subgraph/subgraph-client.ts';
import { type FreshnessDefaults, freshnessOf } from './freshness.ts';

/** So many answers in a row that may not be kept, and the next one is not expected to be either. */
const IN_VAIN = 16;
/** Clients choose what is asked together: there may be more combinations than are worth a memory. */
const MAX_TARGETS = 500;

/**
 * Where there is hardly anything to be found: targets whose answers may not be kept. To look for each entity of an answer that is
 * never there costs more than all the policies behind it; so those answers are only looked at, until one may be kept.
 */
export class Prospects {
  readonly #defaults: FreshnessDefaults;
  /** By what is asked for, how many answers in a row were not for keeping. */
  readonly #inVain = new Map<string, number>();
  #lastRefused: string | undefined;

  constructor(defaults: FreshnessDefaults) {
    this.#defaults = defaults;
  }

  isPoor(targets: readonly string[]): boolean {
    return (this.#inVain.get(keyOf(targets)) ?? 0) >= IN_VAIN;
  }

  /** What of an answer is found out while its target is poor. */
  look(targets: readonly string[], response: RawResponse): void {
    const { cacheControl } = response;
    // What is said of such answers is the same each time.
    if (cacheControl === this.#lastRefused) return;
    if (freshnessOf(response, this.#defaults) === undefined) this.#lastRefused = cacheControl;
    else this.paid(targets);
  }

  paid(targets: readonly string[]): void {
    this.#inVain.delete(keyOf(targets));
  }

  wasInVain(targets: readonly string[]): void {
    const key = keyOf(targets);
    const count = this.#inVain.get(key) ?? 0;
    if (count > 0 || this.#inVain.size < MAX_TARGETS) this.#inVain.set(key, count + 1);
  }
}

// Private:

function keyOf(targets: readonly string[]): string {
  return targets.length === 1 ? (targets[0] as string) : targets.join(' ');
}
