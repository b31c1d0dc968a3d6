import { parseEnvironment } from '@tributary/environment';
import { describe, expect, it } from 'vitest';
import { serviceVariables } from './variables.ts';

const jwks = JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'k', x: 'abc' }] });
const needed = { GATEWAY_JWKS: jwks };
const variables = (production: boolean) => serviceVariables({ name: 'loyalty', port: 4003, production });

describe('the environment of a service', () => {
  it('needs the keys of the gateway, and nothing else', () => {
    expect(parseEnvironment(variables(false), needed)).toMatchObject({
      PORT: 4003,
      HOST: '127.0.0.1',
      DATABASE_DIRECTORY: '.tributary/loyalty',
      REQUEST_TIMEOUT_MS: 10_000,
      MAX_REQUEST_TIMEOUT_MS: 60_000,
    });
  });

  it('tells all faults at once', () => {
    const faulty = { PORT: 'x', DATABASE_URL: 'mysql://db', SEED_DEMO_DATA: 'huge' };
    expect(() => parseEnvironment(variables(false), faulty)).toThrow(
      expect.objectContaining({
        faults: expect.arrayContaining([
          expect.stringMatching(/^PORT: /),
          expect.stringMatching(/^DATABASE_URL: /),
          expect.stringMatching(/^GATEWAY_JWKS: is required/),
          'SEED_DEMO_DATA: "huge" is neither demo nor large',
        ]),
      }),
    );
  });

  it('refuses demo data in production, and is content without it', () => {
    const production = { ...needed, NODE_ENV: 'production' };
    expect(() => parseEnvironment(variables(true), { ...production, SEED_DEMO_DATA: 'demo' })).toThrow(
      'SEED_DEMO_DATA: is refused while NODE_ENV is production',
    );
    expect(parseEnvironment(variables(true), production).SEED_DEMO_DATA).toBeUndefined();
  });
});
