import { createServer } from 'node:net';
import { type ProcessName, SUBGRAPHS, type Topology } from './topology.ts';

export interface PortNeed {
  readonly port: number;
  /** For the message, such as "orders (admin)". */
  readonly neededBy: string;
}

export function portNeeds(topology: Topology): readonly PortNeed[] {
  const names: readonly ProcessName[] = ['gateway', ...SUBGRAPHS];
  return names.flatMap((name) => [
    { port: topology.portOf(name), neededBy: name },
    { port: topology.adminPortOf(name), neededBy: `${name} (health and metrics)` },
  ]);
}

/** Which of the ports somebody else listens on, in the given order. */
export async function findTakenPorts(
  needs: readonly PortNeed[],
  host = '127.0.0.1',
): Promise<readonly PortNeed[]> {
  const taken = await Promise.all(needs.map((need) => isTaken(need.port, host)));
  return needs.filter((_, index) => taken[index]);
}

/** One line: which ports, who needs them, what to do. */
export function describeTakenPorts(taken: readonly PortNeed[]): string {
  const list = taken.map(({ port, neededBy }) => `${port} for ${neededBy}`).join(', ');
  return `${taken.length === 1 ? 'a port is' : `${taken.length} ports are`} in use by another program: ${list}. Stop it, or set TRIBUTARY_PORT_OFFSET=100`;
}

// Private:

function isTaken(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(true);
      else reject(error);
    });
    probe.listen(port, host, () => probe.close(() => resolve(false)));
  });
}
