import { parseArgs } from 'node:util';
import { type Scenario, scenarios } from '../scenarios/index.ts';
import { type GatewayKind, gatewayKinds } from './gateway-kinds.ts';
import type { Effort } from './measure.ts';

export interface BenchOptions {
  readonly task: 'measure' | 'report';
  readonly scenarios: readonly Scenario[];
  readonly kinds: readonly GatewayKind[];
  /** Every scenario and every gateway. */
  readonly isWhole: boolean;
  /** Whether the results are kept and docs/performance.md is written. */
  readonly writes: boolean;
  readonly nodeOptions: readonly string[];
  effortOf(scenario: Scenario): Effort;
}

export function parseOptions(list: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...list],
    options: {
      smoke: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      only: { type: 'string' },
      gateways: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      latency: { type: 'string' },
      node: { type: 'string', default: '' },
    },
  });
  const chosenScenarios = choose(
    values.smoke ? scenarios.filter(({ isLong }) => !isLong) : scenarios,
    values.only,
  );
  const available = values.smoke ? choose(gatewayKinds, SMOKE_GATEWAYS) : gatewayKinds;
  const kinds = choose(available, values.gateways);
  const isWhole = chosenScenarios.length === scenarios.length && kinds.length === gatewayKinds.length;
  const base = values.smoke ? SMOKE : values.quick ? QUICK : undefined;

  return {
    task: values.report ? 'report' : 'measure',
    scenarios: values.smoke ? chosenScenarios.map(shorten) : chosenScenarios,
    kinds,
    isWhole,
    writes: values.write || (isWhole && base === undefined),
    nodeOptions: values.node.split(' ').filter(Boolean),
    effortOf: (scenario) => {
      const effort = base ?? (scenario.isPrincipal ? PRINCIPAL : WHOLE);
      const seconds = Number(values.seconds ?? effort.seconds);
      return {
        ...effort,
        seconds,
        warmUpSeconds: Math.max(seconds, effort.warmUpSeconds),
        rounds: Number(values.rounds ?? effort.rounds),
        latencySeconds: Number(values.latency ?? effort.latencySeconds),
      };
    },
  };
}

// Private:

const PRINCIPAL: Effort = { rounds: 5, seconds: 2, warmUpSeconds: 6, connections: 16, latencySeconds: 6 };
const WHOLE: Effort = { rounds: 3, seconds: 1.5, warmUpSeconds: 3, connections: 16, latencySeconds: 0 };
const QUICK: Effort = { rounds: 2, seconds: 1, warmUpSeconds: 1, connections: 16, latencySeconds: 0 };
const SMOKE: Effort = { rounds: 1, seconds: 0.2, warmUpSeconds: 0.2, connections: 4, latencySeconds: 0 };
const SMOKE_REQUESTS = 20;
/** One of each transport; the peers would have to be installed. */
const SMOKE_GATEWAYS = 'ours-undici,ours-traced,floor-lean';

function choose<Named extends { readonly name: string }>(all: readonly Named[], names: string | undefined) {
  if (names === undefined) return all;
  return names.split(',').map((name) => {
    const found = all.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} is none of ${all.map((one) => one.name).join(', ')}`);
    return found;
  });
}

/** New operations are planned one by one: ten thousand of them take a while. The last one has a known answer. */
function shorten(scenario: Scenario): Scenario {
  if (scenario.requests.length <= SMOKE_REQUESTS) return scenario;
  return {
    ...scenario,
    requests: [...scenario.requests.slice(0, SMOKE_REQUESTS - 1), ...scenario.requests.slice(-1)],
  };
}
