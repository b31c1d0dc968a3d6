import { createHash } from 'node:crypto';
import type { TextSource } from './text-source.ts';

export interface DeliveredSupergraph {
  /** SHA-256 of the text. */
  readonly digest: string;
  readonly sdl: string;
  /** Its number in the registry's environment; undefined when it comes from elsewhere. */
  readonly release: number | undefined;
}

/** What a gateway is to serve, proven and whole. */
export interface Delivery {
  readonly live: DeliveredSupergraph;
  /** What a share of the requests, in percent, is answered from at the same time. */
  readonly canary?: (DeliveredSupergraph & { readonly share: number }) | undefined;
  /** With who asks it decides the arm: the same on every gateway of an environment. */
  readonly salt: string;
  /** Never falls. */
  readonly sequence: number;
}

/** How fresh it is what a gateway serves. */
export type Freshness = { readonly state: 'fresh' } | { readonly state: 'stale'; readonly ageS: number };

/** Where deliveries come from. `watch` calls back with each later one and keeps going while the place is away. */
export interface SupergraphSource {
  /** For messages. Never holds a password. */
  readonly location: string;
  /** @throws Error whose message names the location and what is wrong with it. */
  read(): Promise<Delivery>;
  /** What was served before, when what `read` gave cannot be. */
  readonly lastGood?: () => Promise<Delivery | undefined>;
  watch(listener: DeliveryListener): AsyncDisposable;
  /** Undefined where nobody can say that it is out of date: a file is what it is. */
  readonly freshness?: () => Freshness;
}

export interface DeliveryListener {
  /** Resolves when the gateway has dealt with it: with false when it cannot serve it and goes on with what it has. */
  onDelivery(delivery: Delivery): Promise<boolean>;
  /** Called once for each outage. */
  onUnavailable(error: Error): void;
}

/** A file's or a URL's text as the only supergraph there is. */
export function deliveriesOf(source: TextSource): SupergraphSource {
  return {
    location: source.location,
    read: async () => toDelivery(await source.read()),
    watch: ({ onDelivery, onUnavailable }) =>
      source.watch({
        onText: async (sdl) => void (await onDelivery(toDelivery(sdl))),
        onUnavailable,
      }),
  };
}

// Private:

function toDelivery(sdl: string): Delivery {
  const digest = createHash('sha256').update(sdl).digest('hex');
  return { live: { digest, sdl, release: undefined }, salt: '', sequence: 0 };
}
