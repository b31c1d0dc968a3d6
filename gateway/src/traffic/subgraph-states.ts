import { type Logger, type MetricOf, metric, onScrape, type Registry } from '@tributary/telemetry';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { Circuits } from './circuits.ts';
import type { Turns } from './concurrency-limit.ts';
import { LatencyQuantile } from './latency-quantile.ts';
import { RetryBudget } from './retry-budget.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';
import { WaitingLine } from './waiting-line.ts';

/** What the policies have learned of one subgraph. */
export interface SubgraphState {
  readonly circuits: Circuits;
  /** Undefined while there is no limit. */
  readonly turns: Turns | undefined;
  readonly budget: RetryBudget;
  readonly latencies: LatencyQuantile;
}

export interface HeldState extends Disposable {
  readonly state: SubgraphState;
}

interface Known {
  state: SubgraphState;
  /** What the state was made for. */
  knobs: Record<keyof SubgraphState, string>;
  holders: number;
}

const CIRCUIT_STATES = { closed: 0, 'half-open': 1, open: 2 } as const;

/**
 * What is known of the subgraphs, by name and URL. A new supergraph or policy makes new clients, which go on with what the
 * former ones have learned, except where the knobs of a part have changed. Forgotten with the last client that holds it.
 */
export class SubgraphStates {
  readonly #logger: Logger;
  readonly #known = new Map<string, Known>();
  readonly #circuitState: MetricOf<'subgraph_circuit_state'>;

  constructor(logger: Logger, registry: Registry) {
    this.#logger = logger;
    this.#circuitState = metric(registry, 'subgraph_circuit_state');
    this.#gauge(registry, 'subgraph_concurrency_limit', ({ limit }) => limit.value);
    this.#gauge(registry, 'subgraph_requests_in_flight', ({ limit }) => limit.inFlight);
    this.#gauge(registry, 'subgraph_requests_queued', ({ line }) => line.length);
  }

  hold(subgraph: string, url: string, settings: SubgraphSettings): HeldState {
    const key = `${subgraph} ${url}`;
    const knobs = knobsOf(settings);
    let known = this.#known.get(key);
    if (known === undefined) {
      known = { state: this.#create(subgraph, settings), knobs, holders: 0 };
      this.#known.set(key, known);
    } else {
      known.state = this.#adapt(known, subgraph, settings, knobs);
      known.knobs = knobs;
    }
    known.holders++;
    return { state: known.state, [Symbol.dispose]: once(() => this.#release(subgraph, key)) };
  }

  #release(subgraph: string, key: string): void {
    const known = this.#known.get(key);
    if (known === undefined || --known.holders > 0) return;
    this.#known.delete(key);
    this.#forgetCircuits(subgraph, known.state.circuits);
  }

  #forgetCircuits(subgraph: string, circuits: Circuits): void {
    for (const target of circuits.targets) this.#circuitState.remove({ subgraph, target });
  }

  #create(subgraph: string, { breaker, concurrency, retry, hedge }: SubgraphSettings): SubgraphState {
    const circuits = new Circuits(breaker, ({ target, state, isSilent }) => {
      this.#circuitState.set({ subgraph, target }, CIRCUIT_STATES[state]);
      this.#logger.warn(
        { subgraph, ...(target && { target }), circuit: state, ...(isSilent && { isSilent }) },
        'a circuit has changed',
      );
    });
    return {
      circuits,
      turns: concurrency.enabled
        ? { limit: new AdaptiveLimit(concurrency), line: new WaitingLine() }
        : undefined,
      budget: new RetryBudget(retry.budgetPercent),
      latencies: new LatencyQuantile(hedge.percentile),
    };
  }

  #adapt(known: Known, subgraph: string, settings: SubgraphSettings, knobs: Known['knobs']): SubgraphState {
    const fresh = this.#create(subgraph, settings);
    const names = Object.keys(knobs) as (keyof SubgraphState)[];
    const kept = names.filter((name) => known.knobs[name] === knobs[name]);
    if (!kept.includes('circuits')) this.#forgetCircuits(subgraph, known.state.circuits);
    return { ...fresh, ...Object.fromEntries(kept.map((name) => [name, known.state[name]])) };
  }

  #gauge(
    registry: Registry,
    name: 'subgraph_concurrency_limit' | 'subgraph_requests_in_flight' | 'subgraph_requests_queued',
    valueIn: (turns: Turns) => number,
  ): void {
    const gauge = metric(registry, name);
    onScrape(gauge, () => {
      gauge.reset();
      for (const [key, { state }] of this.#known) {
        if (state.turns) gauge.inc({ subgraph: key.slice(0, key.indexOf(' ')) }, valueIn(state.turns));
      }
    });
  }
}

// Private:

function knobsOf({ breaker, concurrency, retry, hedge }: SubgraphSettings): Known['knobs'] {
  return {
    circuits: JSON.stringify(breaker),
    turns: JSON.stringify([concurrency.enabled, concurrency.min, concurrency.max]),
    budget: `${retry.budgetPercent}`,
    latencies: `${hedge.percentile}`,
  };
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    run();
  };
}
