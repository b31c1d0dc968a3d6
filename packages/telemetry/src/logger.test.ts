import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { currentTraceId } from './propagation.ts';
import { recordLogs, recordSpans } from './testing.ts';
import { withSpan } from './with-span.ts';

function recordingLogger() {
  const logs = recordLogs();
  return { logs, logger: createLogger({ name: 'orders', destination: logs }) };
}

describe('createLogger', () => {
  it('writes one JSON object a line with level, time, name and message', () => {
    const { logs, logger } = recordingLogger();
    logger.info({ count: 3 }, 'seeded');
    expect(logs.lines).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), name: 'orders', count: 3, msg: 'seeded' },
    ]);
  });

  it('carries the ids of the active span, and none outside of one', () => {
    using _spans = recordSpans();
    const { logs, logger } = recordingLogger();
    const traceId = withSpan('request', {}, () => {
      logger.info('inside');
      return currentTraceId();
    });
    logger.info('outside');
    expect(logs.lines[0]).toMatchObject({ trace_id: traceId, span_id: expect.stringMatching(/^\w{16}$/) });
    expect(logs.lines[1]).not.toHaveProperty('trace_id');
  });

  it.each([
    ['a key', { password: 'hunter2' }],
    ['a header', { headers: { Authorization: 'hunter2', 'Set-Cookie': ['hunter2'] } }],
    ['a key in a list of objects', { users: [{ deep: { accessToken: 'hunter2' } }] }],
    ['a key in another spelling', { API_KEY: 'hunter2', 'x-tributary-identity': 'hunter2' }],
    ['a whole object', { credentials: { user: 'mia', word: 'hunter2' } }],
    ['the password of a URL', { at: 'postgres://mia:hunter2@db.internal:5432/users' }],
    ['a bearer token in text', { line: 'GET / authorization: Bearer hunter2hunter2' }],
    ['a JWT in text', { line: 'got eyJhbGciOiJFZERTQSJ9.hunter2.c2lnbmF0dXJl from it' }],
    ['an e-mail address in text', { line: 'sign-in of hunter2@example.com failed' }],
    ['an error’s message', { err: new Error('no user hunter2@example.com') }],
    [
      'what a driver hangs on an error',
      { err: Object.assign(new Error('duplicate'), { detail: 'hunter2' }) },
    ],
    ['an error’s cause', { err: new Error('a', { cause: new Error('hunter2@example.com') }) }],
  ])('redacts %s', (_case, fields) => {
    const { logs, logger } = recordingLogger();
    logger.info(fields, 'entry');
    logger.child(fields).child(fields).info('bound');
    expect(logs.lines).toHaveLength(2);
    expect(JSON.stringify(logs.lines)).not.toContain('hunter2');
  });

  it.each([
    ['many beginnings of tokens', '-eyJ'.repeat(50_000)],
    ['many beginnings of addresses', 'a'.repeat(200_000)],
    ['many beginnings of credentials', '://'.repeat(50_000)],
  ])('writes a short line quickly, whatever a stranger put into it: %s', (_case, hostile) => {
    const { logs, logger } = recordingLogger();
    const startedAt = performance.now();
    logger.warn({ reason: hostile, err: new Error(hostile) }, hostile);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(JSON.stringify(logs.lines).length).toBeLessThan(50_000);
  });

  it('tells of a request its method and path only', () => {
    const { logs, logger } = recordingLogger();
    const request = Object.assign(new IncomingMessage(new Socket()), {
      method: 'GET',
      url: '/a?token=hunter2',
    });
    request.headers.cookie = 'hunter2';
    logger.info({ req: request });
    expect(logs.lines[0]).toMatchObject({ req: { method: 'GET', url: '/a' } });
  });

  it('redacts messages and their format arguments', () => {
    const { logs, logger } = recordingLogger();
    logger.info('hunter2@example.com');
    logger.info('user %s', 'hunter2@example.com');
    logger.error(new Error('hunter2@example.com'));
    expect(logs.lines).toHaveLength(3);
    expect(JSON.stringify(logs.lines)).not.toContain('hunter2');
  });

  it('keeps what an operator needs of an error: type, message, stack, cause', () => {
    const { logs, logger } = recordingLogger();
    const error = Object.assign(new Error('refused', { cause: new Error('down') }), { code: 'ECONNREFUSED' });
    logger.error({ err: error }, 'fetch failed');
    expect(logs.lines[0]).toMatchObject({
      msg: 'fetch failed',
      err: {
        type: 'ECONNREFUSED',
        message: 'refused',
        stack: expect.any(String),
        cause: { message: 'down' },
      },
    });
  });

  it('leaves counts alone whose names merely sound secret', () => {
    const { logs, logger } = recordingLogger();
    logger.info({ tokens: 12, tokenLimit: 100, version: 'pino@10.4.0' });
    expect(logs.lines[0]).toMatchObject({ tokens: 12, tokenLimit: 100, version: 'pino@10.4.0' });
  });

  it('writes a line for values that JSON cannot hold', () => {
    const { logs, logger } = recordingLogger();
    const loop: Record<string, unknown> = { amount: 10n, at: new Date(0), bytes: new Uint8Array(3) };
    loop.self = loop;
    logger.info(loop);
    expect(logs.lines[0]).toMatchObject({ amount: '10', at: '1970-01-01T00:00:00.000Z', bytes: '[3 bytes]' });
  });

  it('redacts a megabyte of hostile text in linear time', () => {
    const { logs, logger } = recordingLogger();
    const startedAt = performance.now();
    for (const text of [
      'a'.repeat(1e6),
      'a@'.repeat(5e5),
      '://'.repeat(3e5),
      'eyJ'.repeat(3e5),
      'a.'.repeat(5e5),
    ])
      logger.info({ text });
    expect(logs.lines).toHaveLength(5);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
