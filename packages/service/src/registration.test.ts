import { describe, expect, it } from 'vitest';
import { toRegistration } from './registration.ts';

const URL = 'http://registry.test';
const rest = { REGISTRY_ENVIRONMENT: 'dev', PUBLISH_SCHEMA: false };

describe('the registry of a service', () => {
  it('is none without settings, and that of the settings where they are whole', () => {
    expect(toRegistration(rest)).toBeUndefined();
    expect(toRegistration({ ...rest, REGISTRY_URL: URL, REGISTRY_TOKEN: 'trb_1' })).toEqual({
      url: URL,
      token: 'trb_1',
      environment: 'dev',
    });
  });

  it.each([
    [{ REGISTRY_URL: URL }, 'REGISTRY_TOKEN: is required with REGISTRY_URL'],
    [{ REGISTRY_TOKEN: 'trb_hunter2' }, 'REGISTRY_URL: is required with REGISTRY_TOKEN'],
    [{ PUBLISH_SCHEMA: true }, 'REGISTRY_URL: is required with PUBLISH_SCHEMA'],
  ])('is not guessed from a part of them: %j', (part, fault) => {
    expect(() => toRegistration({ ...rest, ...part })).toThrow(
      expect.objectContaining({ name: 'EnvironmentError', faults: [fault] }),
    );
  });
});
