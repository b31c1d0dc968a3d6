import { EnvironmentError, faultsTogether } from '@tributary/environment';
import type { Registration } from './publish-as-edited.ts';
import type { ServiceEnvironment } from './variables.ts';

type Settings = Pick<
  ServiceEnvironment,
  'REGISTRY_URL' | 'REGISTRY_TOKEN' | 'REGISTRY_ENVIRONMENT' | 'PUBLISH_SCHEMA'
>;

/**
 * The registry of this service; undefined when there is none. A service that seems to have one, and attests nothing, would
 * hold up or let through releases with nobody knowing why. @throws EnvironmentError for a part of the settings without the rest.
 */
export function toRegistration(env: Settings): Registration | undefined {
  const { REGISTRY_URL: url, REGISTRY_TOKEN: token, REGISTRY_ENVIRONMENT: environment } = env;
  const faults = [...faultsTogether(env, ['REGISTRY_URL', 'REGISTRY_TOKEN'])];
  if (env.PUBLISH_SCHEMA === true && url === undefined && token === undefined) {
    faults.push('REGISTRY_URL: is required with PUBLISH_SCHEMA');
  }
  if (faults.length > 0) throw new EnvironmentError(faults);
  return url === undefined || token === undefined ? undefined : { url, token, environment };
}
