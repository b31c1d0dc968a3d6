import { once } from 'node:events';
import { connect } from 'node:net';
import { testTelemetry } from '@tributary/telemetry/testing';
import { describe, expect, it } from 'vitest';
import { type AdminRoute, startAdminServer } from './admin-server.ts';
import type { Readiness } from './readiness.ts';

const READY: Readiness = { isReady: true, checks: { database: 'ok' } };

function start(readiness: () => Readiness | Promise<Readiness> = () => READY, routes: AdminRoute[] = []) {
  const { registry, logger, logs } = testTelemetry('orders');
  const server = startAdminServer({ host: '127.0.0.1', port: 0, registry, readiness, routes, logger });
  return server.then((admin) => ({
    logs,
    registry,
    url: admin.url,
    addRoutes: admin.addRoutes,
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }));
}

const REPLAY: AdminRoute = {
  method: 'POST',
  path: '/dead-letters/replay',
  handle: (body, query) => ({ status: 202, body: { body: body ?? null, dry: query.get('dry') } }),
};
const BROKEN: AdminRoute = {
  method: 'GET',
  path: '/broken',
  handle: () => Promise.reject(new Error('connect ECONNREFUSED secret-host:5432')),
};

describe('health', () => {
  it('is live whatever readiness says', async () => {
    await using admin = await start(() => Promise.reject(new Error('database away')));
    const response = await fetch(`${admin.url}/health/live`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'live' }]);
  });

  it('answers readiness with its checks', async () => {
    await using admin = await start();
    const response = await fetch(`${admin.url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ready', checks: { database: 'ok' } },
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('answers 503 while something is missing', async () => {
    await using admin = await start(() => ({ isReady: false, checks: { database: 'away' } }));
    const response = await fetch(`${admin.url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'unready', checks: { database: 'away' } },
    ]);
  });

  it.each<[string, () => Readiness | Promise<Readiness>]>([
    ['rejects', () => Promise.reject(new Error('password of the database'))],
    [
      'throws',
      () => {
        throw new Error('password of the database');
      },
    ],
  ])('answers 503 without details when the check %s', async (_case, readiness) => {
    await using admin = await start(readiness);
    const response = await fetch(`${admin.url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('password');
  });

  it('answers 503 in bounded time when the check hangs', async () => {
    await using admin = await start(() => new Promise(() => {}));
    const response = await fetch(`${admin.url}/health/ready`, { signal: AbortSignal.timeout(4000) });
    expect(response.status).toBe(503);
  });
});

describe('metrics', () => {
  it('serves the registry in Prometheus’ text format', async () => {
    await using admin = await start();
    const response = await fetch(`${admin.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toBe(await admin.registry.metrics());
  });
});

describe('routes', () => {
  it('can be added to a port that is open already', async () => {
    await using server = await start();
    const url = `${server.url}/late`;
    expect((await fetch(url)).status).toBe(404);
    server.addRoutes([{ method: 'GET', path: '/late', handle: () => ({ status: 200, body: 'here' }) }]);
    expect(await (await fetch(url)).json()).toBe('here');
  });

  it('hands the JSON body and the query to a route', async () => {
    await using admin = await start(undefined, [REPLAY]);
    const response = await fetch(`${admin.url}/dead-letters/replay?dry=1`, {
      method: 'POST',
      body: '{"all":true}',
    });
    expect([response.status, await response.json()]).toEqual([202, { body: { all: true }, dry: '1' }]);
  });

  it('takes a request without a body', async () => {
    await using admin = await start(undefined, [REPLAY]);
    const response = await fetch(`${admin.url}/dead-letters/replay`, { method: 'POST' });
    expect(await response.json()).toEqual({ body: null, dry: null });
  });

  it('refuses a body that is not JSON or too large', async () => {
    await using admin = await start(undefined, [REPLAY]);
    const post = (body: string) => fetch(`${admin.url}/dead-letters/replay`, { method: 'POST', body });
    expect((await post('{"all":')).status).toBe(400);
    expect((await post(`"${'x'.repeat(2_000_000)}"`)).status).toBe(413);
    expect((await post('1')).status).toBe(202);
  });

  it('asks for the token of a route that has one, before it reads anything', async () => {
    await using admin = await start(undefined, [{ ...REPLAY, bearerToken: 'open sesame' }]);
    const post = (authorization?: string) =>
      fetch(`${admin.url}/dead-letters/replay`, {
        method: 'POST',
        body: '{"all":',
        headers: authorization === undefined ? {} : { authorization },
      });
    for (const wrong of [
      undefined,
      'open sesame',
      'Bearer open',
      'Bearer open sesame2',
      'Basic open sesame',
    ]) {
      const response = await post(wrong);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
    expect((await post('Bearer open sesame')).status).toBe(400);
  });

  it('logs the failure of a route and does not tell the client', async () => {
    await using admin = await start(undefined, [BROKEN]);
    const response = await fetch(`${admin.url}/broken`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret-host');
    expect(admin.logs.lines[0]).toMatchObject({
      level: 'error',
      err: { message: expect.stringContaining('ECONN') },
    });
  });
});

describe('bad requests', () => {
  it.each([
    '/',
    '/health',
    '/health/live/',
    '/metrics/../etc/passwd',
    '/%00',
    '//',
    '/__proto__',
    '/constructor',
  ])('answers 404 for %s', async (path) => {
    await using admin = await start();
    expect((await fetch(admin.url + path)).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('answers 405 with Allow for %s', async (method) => {
    await using admin = await start();
    const response = await fetch(`${admin.url}/metrics`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('answers HEAD like GET, without a body', async () => {
    await using admin = await start();
    const response = await fetch(`${admin.url}/health/ready`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it.each([
    'GET http:// HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET * HTTP/1.1\r\nhost: x\r\n\r\n',
    'nonsense\r\n\r\n',
  ])('stays up after %j', async (bytes) => {
    await using admin = await start();
    const socket = connect(Number(new URL(admin.url).port), '127.0.0.1');
    socket.end(bytes);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect((await fetch(`${admin.url}/health/live`)).status).toBe(200);
  });
});

describe('life-cycle', () => {
  it('rejects when the port is taken', async () => {
    await using admin = await start();
    const { registry } = testTelemetry();
    const port = Number(new URL(admin.url).port);
    const second = startAdminServer({ host: '127.0.0.1', port, registry, readiness: () => READY });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('closes at once, keep-alive connections included', async () => {
    const admin = await start();
    await (await fetch(`${admin.url}/health/live`)).text();
    await admin[Symbol.asyncDispose]();
    await expect(fetch(`${admin.url}/health/live`)).rejects.toThrow();
  });

  it('lets a client go away in the middle of its body', async () => {
    await using admin = await start(undefined, [REPLAY]);
    const socket = connect(Number(new URL(admin.url).port), '127.0.0.1');
    socket.write('POST /dead-letters/replay HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{"a"');
    await once(socket, 'ready');
    socket.destroy();
    expect((await fetch(`${admin.url}/health/live`)).status).toBe(200);
  });
});
