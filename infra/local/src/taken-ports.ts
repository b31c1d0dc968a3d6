import { createServer } from 'node:net';
import { type ProcessName, SUBGRAPHS, type Topology } from './topology.ts';

export interface PortNeed {
  readonly port: number;
  readonly neededBy: string;
}

export function portNeeds(topology: Topology): readonly PortNeed[] {
  const names: readonly ProcessName[] = ['gateway', ...SUBGRAPHS, 'registry'];
  return names.flatMap((name) => [
    { port: topology.portOf(name), neededBy: name },
    { port: topology.adminPortOf(name), neededBy: name },
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
  const byProcess = Map.groupBy(taken, ({ neededBy }) => neededBy);
  const list = [...byProcess].map(
    ([name, needs]) => `${needs.map(({ port }) => port).join(' and ')} for ${name}`,
  );
  return taken.length === 1
    ? `port ${list[0]} is in use by another program. Stop that, or set TRIBUTARY_PORT_OFFSET=100`
    : `ports in use: ${list.join(', ')}. If that is not Tributary itself, set TRIBUTARY_PORT_OFFSET=100`;
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
