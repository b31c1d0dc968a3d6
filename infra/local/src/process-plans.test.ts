import { parseEnvironment } from '@tributary/environment';
import { generateIdentityKeys } from '@tributary/identity';
import { generateSigningKeys } from '@tributary/supergraph-delivery';
import { describe, expect, it } from 'vitest';
import { localEnvironment } from './environment.ts';
import { planProcesses } from './process-plans.ts';
import { createTopology } from './topology.ts';

const gatewayKeys = await generateIdentityKeys('gateway');
const ordersKeys = await generateIdentityKeys('orders');

const environments = (env: Record<string, string>) => {
  const settings = parseEnvironment(localEnvironment, env);
  const plans = planProcesses({
    root: '/repo',
    stateDirectory: '/repo/.tributary',
    topology: createTopology(settings.TRIBUTARY_PORT_OFFSET),
    settings,
    gatewayKeys,
    ordersKeys,
    registryAccess: { adminToken: 'trb_admin', signingKey: generateSigningKeys('registry').privateJwk },
    inherited: env,
  });
  return Object.fromEntries(plans.map((plan) => [plan.name, plan.env]));
};

describe('the plans of the processes', () => {
  it('give each private key to its owner alone', () => {
    const { gateway, users, orders, loyalty } = environments({});

    expect(gateway?.IDENTITY_PRIVATE_JWK).toContain('"d"');
    expect(orders?.ORDERS_PRIVATE_JWK).toContain('"d"');
    expect(gateway?.REGISTRY_PUBLIC_KEYS).not.toContain('"d"');
    for (const env of [users, loyalty]) expect(JSON.stringify(env)).not.toContain('\\"d\\"');
    expect(orders?.GATEWAY_JWKS).not.toContain('"d"');
    expect(gateway?.GRAPHIQL_HEADERS_FILE).toBe('/repo/.tributary/graphiql-headers.json');
  });

  it('agree on tokens and addresses, also when the ports are moved', () => {
    const { gateway, users, orders } = environments({ TRIBUTARY_PORT_OFFSET: '100' });

    expect(users).toMatchObject({ PORT: '4101', ADMIN_PORT: '9101' });
    expect(gateway?.JWKS_URL).toBe('http://127.0.0.1:4101/.well-known/jwks.json');
    expect(gateway?.TOKEN_ISSUER).toBe(users?.TOKEN_ISSUER);
    for (const client of [gateway, users, orders]) {
      expect(client?.REGISTRY_URL).toBe('http://127.0.0.1:4110');
      expect(client?.REGISTRY_TOKEN).toBe('trb_admin');
    }
    expect(orders?.LOYALTY_EVENTS_URL).toBe('http://127.0.0.1:4103/events');
  });

  it('use an embedded database unless a URL is given for that service', () => {
    const { users, orders } = environments({ ORDERS_DATABASE_URL: 'postgresql://localhost/orders' });

    expect(users?.DATABASE_DIRECTORY).toBe('/repo/.tributary/users');
    expect(orders).toMatchObject({ DATABASE_URL: 'postgresql://localhost/orders' });
    expect(orders).not.toHaveProperty('DATABASE_DIRECTORY');
  });

  it('pass on what a developer sets, but not what would mean the same thing to all', () => {
    const { users, gateway } = environments({
      OTEL_TRACES_SAMPLER: 'always_on',
      OTEL_SERVICE_NAME: 'shell',
      DATABASE_URL: 'postgresql://localhost/mine',
      NODE_ENV: 'production',
      PORT: '80',
      TOKEN_TTL_S: '60',
    });

    expect(users).toMatchObject({
      OTEL_TRACES_SAMPLER: 'always_on',
      NODE_ENV: 'development',
      TOKEN_TTL_S: '60',
    });
    expect(users).not.toHaveProperty('DATABASE_URL');
    expect(users).not.toHaveProperty('OTEL_SERVICE_NAME');
    expect(gateway?.PORT).toBe('4000');
  });
});
