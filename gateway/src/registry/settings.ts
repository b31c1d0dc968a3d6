import { EnvironmentError, faultsTogether } from '@tributary/environment';

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
  faults.push(...faultsTogether(env, ['REGISTRY_URL', 'REGISTRY_TOKEN', 'REGISTRY_PUBLIC_KEYS']));
  if (faults.length > 0) throw new EnvironmentError(faults);
}
