import { join } from 'node:path';

const FIRST_PORTS = { gateway: 4000, users: 4001, orders: 4002, loyalty: 4003, registry: 4010 } as const;
const ADMIN_DISTANCE = 5000;
const HOST = '127.0.0.1';

export type ProcessName = keyof typeof FIRST_PORTS;
export const SUBGRAPHS = ['users', 'orders', 'loyalty'] as const satisfies readonly ProcessName[];

/** Where each process listens, all on the loopback address. */
export interface Topology {
  portOf(name: ProcessName): number;
  adminPortOf(name: ProcessName): number;
  urlOf(name: ProcessName, path: string): string;
  adminUrlOf(name: ProcessName, path: string): string;
}

export function createTopology(portOffset: number): Topology {
  const portOf = (name: ProcessName) => FIRST_PORTS[name] + portOffset;
  const adminPortOf = (name: ProcessName) => portOf(name) + ADMIN_DISTANCE;
  return {
    portOf,
    adminPortOf,
    urlOf: (name, path) => `http://${HOST}:${portOf(name)}${path}`,
    adminUrlOf: (name, path) => `http://${HOST}:${adminPortOf(name)}${path}`,
  };
}

/** A folder of its own for each instance: an embedded database is for one process at a time. */
export function stateDirectory(root: string, portOffset: number): string {
  return portOffset === 0 ? join(root, '.tributary') : join(root, '.tributary', `offset-${portOffset}`);
}
