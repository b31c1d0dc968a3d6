import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  databaseUrl,
  EnvironmentError,
  flag,
  httpUrl,
  jwks,
  logLevel,
  parseEnvironment,
  port,
  positiveInteger,
  privateJwk,
} from './index.ts';

const shape = {
  PORT: port(4001),
  DATABASE_URL: databaseUrl(),
  EVENTS_URL: httpUrl(),
  POLL_MS: positiveInteger(1000),
  INTROSPECTION: flag(false),
  LOG_LEVEL: logLevel(),
  GATEWAY_JWKS: jwks(),
};
const valid = {
  EVENTS_URL: 'http://127.0.0.1:4003/events',
  GATEWAY_JWKS: '{"keys":[{"kty":"OKP","kid":"a"}]}',
};

describe('parseEnvironment', () => {
  it('fills in defaults and converts texts', () => {
    expect(parseEnvironment(shape, { ...valid, POLL_MS: '250', INTROSPECTION: 'true' })).toEqual({
      PORT: 4001,
      EVENTS_URL: 'http://127.0.0.1:4003/events',
      POLL_MS: 250,
      INTROSPECTION: true,
      LOG_LEVEL: 'info',
      GATEWAY_JWKS: { keys: [{ kty: 'OKP', kid: 'a' }] },
    });
  });

  it('treats an empty text as not set', () => {
    expect(parseEnvironment(shape, { ...valid, PORT: '', DATABASE_URL: '' }).PORT).toBe(4001);
  });

  it('reports all faults together, each with its name and the offending value', () => {
    const env = { PORT: '70000', POLL_MS: '0', INTROSPECTION: 'yes', LOG_LEVEL: 'loud', GATEWAY_JWKS: '{}' };
    expect(faultsOf(shape, env)).toEqual([
      'PORT: "70000" is not an integer from 0 to 65535',
      'EVENTS_URL: is required',
      'POLL_MS: "0" is not an integer from 1 to 9007199254740991',
      'INTROSPECTION: "yes" is neither true nor false',
      'LOG_LEVEL: "loud" is not a log level',
      expect.stringMatching(/^GATEWAY_JWKS: /),
    ]);
  });

  it('never prints what may be a secret', () => {
    const env = {
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      KEY: '{"kty":"OKP","d":"hunter2"}',
      JSON: '{hunter2',
    };
    const faults = faultsOf({ DATABASE_URL: databaseUrl(), KEY: privateJwk(), JSON: privateJwk() }, env);
    expect(faults).toHaveLength(3);
    expect(faults.join()).not.toContain('hunter2');
  });

  it.each(['1e3', ' 80', '0x50', '-1', '80.5', '٣'])('refuses %j as a port', (text) => {
    expect(faultsOf({ PORT: port() }, { PORT: text })).toHaveLength(1);
  });

  it('requires a variable that has no default', () => {
    expect(faultsOf({ PORT: port(), NAME: z.string() }, {})).toEqual([
      'PORT: is required',
      'NAME: is required',
    ]);
  });
});

function faultsOf(variables: z.ZodRawShape, env: Record<string, string>): readonly string[] {
  try {
    parseEnvironment(variables, env);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.faults;
    throw error;
  }
  return [];
}
