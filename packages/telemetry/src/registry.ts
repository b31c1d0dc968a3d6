import { collectDefaultMetrics, Registry } from 'prom-client';

export interface RegistryOptions {
  /** Memory, CPU, garbage collection and event-loop lag of this process. On unless told otherwise. */
  readonly processMetrics?: boolean;
}

/** A registry of its own for each process (never prom-client's global one); every series carries `service`. */
export function createRegistry(
  serviceName: string,
  { processMetrics = true }: RegistryOptions = {},
): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service: serviceName });
  if (processMetrics) collectDefaultMetrics({ register: registry });
  return registry;
}
