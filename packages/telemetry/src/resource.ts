import { randomUUID } from 'node:crypto';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import type { TelemetrySettings } from './settings.ts';

/** Who sends the spans. The environment wins over the code: one image may be deployed under several names. */
export function createResource(
  settings: Pick<TelemetrySettings, 'serviceName' | 'resourceAttributes'>,
  service: { readonly name: string; readonly version: string },
): Resource {
  const attributes: Record<string, string> = {
    [ATTR_SERVICE_NAME]: service.name,
    [ATTR_SERVICE_VERSION]: service.version,
    [ATTR_SERVICE_INSTANCE_ID]: randomUUID(),
    ...settings.resourceAttributes,
  };
  if (settings.serviceName !== undefined) attributes[ATTR_SERVICE_NAME] = settings.serviceName;
  return defaultResource().merge(resourceFromAttributes(attributes));
}
