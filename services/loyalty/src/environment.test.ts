import { parseEnvironment } from '@tributary/environment';
import { describe, expect, it } from 'vitest';
import { loyaltyEnvironment } from './environment.ts';

const jwks = JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'k', x: 'abc' }] });
const needed = { GATEWAY_JWKS: jwks, ORDERS_JWKS: jwks };

describe('the environment', () => {
  it('needs the keys of the gateway and of orders, and nothing else', () => {
    expect(parseEnvironment(loyaltyEnvironment(false), needed)).toMatchObject({
      PORT: 4003,
      HOST: '127.0.0.1',
      DATABASE_DIRECTORY: '.tributary/loyalty',
    });
  });

  it('tells all faults at once', () => {
    const faulty = { PORT: 'x', DATABASE_URL: 'mysql://db', ORDERS_JWKS: '{}', SEED_DEMO_DATA: 'huge' };
    expect(() => parseEnvironment(loyaltyEnvironment(false), faulty)).toThrow(
      expect.objectContaining({
        faults: expect.arrayContaining([
          expect.stringMatching(/^PORT: /),
          expect.stringMatching(/^DATABASE_URL: /),
          expect.stringMatching(/^GATEWAY_JWKS: is required/),
          expect.stringMatching(/^ORDERS_JWKS: /),
          'SEED_DEMO_DATA: "huge" is neither demo nor large',
        ]),
      }),
    );
  });

  it('refuses demo data in production, and is content without it', () => {
    const production = { ...needed, NODE_ENV: 'production' };
    expect(() =>
      parseEnvironment(loyaltyEnvironment(true), { ...production, SEED_DEMO_DATA: 'demo' }),
    ).toThrow('SEED_DEMO_DATA: is refused while NODE_ENV is production');
    expect(parseEnvironment(loyaltyEnvironment(true), production).SEED_DEMO_DATA).toBeUndefined();
  });
});
