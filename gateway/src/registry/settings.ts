import { EnvironmentError } from '@tributary/environment';

/** As environment.ts reads them. */
export interface SupergraphSettings {
  readonly SUPERGRAPH?: string | undefined;
  readonly REGISTRY_URL?: string | undefined;
  readonly REGISTRY_TOKEN?: string | undefined;
  readonly REGISTRY_ENVIRONMENT: string;
  readonly REGISTRY_PUBLIC_KEYS?: string | undefined;
  readonly SUPERGRAPH_DIRECTORY?: string | undefined;
}

/** @throws EnvironmentError unless the supergraph comes from one place, with all that the place needs. */
export function assertOneSupergraph(env: SupergraphSettings): void {
  const faults: string[] = [];
  if (env.SUPERGRAPH === undefined && env.REGISTRY_URL === undefined) {
    faults.push('SUPERGRAPH: is required, or REGISTRY_URL');
  }
  if (env.SUPERGRAPH !== undefined && env.REGISTRY_URL !== undefined) {
    faults.push('SUPERGRAPH: the supergraph comes from REGISTRY_URL, set one of them');
  }
  if (env.REGISTRY_URL !== undefined) {
    for (const name of ['REGISTRY_TOKEN', 'REGISTRY_PUBLIC_KEYS'] as const) {
      if (env[name] === undefined) faults.push(`${name}: is required with REGISTRY_URL`);
    }
  }
  if (faults.length > 0) throw new EnvironmentError(faults);
}
