import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { GatewayKind } from '../harness/gateway-kinds.ts';

/** The number of a processor. */
export type Core = number;

/**
 * Moves this process, and all that it starts from now on, away from the first core, which is then the gateway's: what the load and the
 * subgraphs take is not what the gateway lacks. Undefined where there is one core only.
 */
export function leaveOneCore(): Core | undefined {
  const cores = availableParallelism();
  if (cores < 2) return undefined;
  execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', `1-${cores - 1}`, String(process.pid)]);
  return 0;
}

/** The same gateway on that core. */
export function onCore(kind: GatewayKind, core: Core | undefined): GatewayKind {
  if (core === undefined) return kind;
  return {
    ...kind,
    node: 'taskset',
    nodeArguments: ['--cpu-list', String(core), kind.node ?? process.execPath],
  };
}
