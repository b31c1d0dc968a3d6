import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createNoticeSigner,
  createNoticeVerifier,
  digestOf,
  generateSigningKeys,
} from '@tributary/supergraph-delivery';
import { testTelemetry } from '@tributary/telemetry/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../source/index.ts';
import { createLastGood, type LastGood } from './last-good.ts';
import { createRegistryClient } from './registry-client.ts';
import { createRegistrySource, type RegistrySourceOptions } from './registry-source.ts';
import { type ScriptedRegistry, startScriptedRegistry } from './testing/scripted-registry.ts';

let directory: string;
let registry: ScriptedRegistry;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'last-good-'));
  registry = await startScriptedRegistry();
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** A source that is followed as a gateway follows it: it serves everything but what `refuses` says. */
function open(options: Partial<RegistrySourceOptions> & { environment?: string; refuses?: string } = {}) {
  const telemetry = testTelemetry('gateway');
  const { environment = 'dev' } = options;
  const source = createRegistrySource({
    client: createRegistryClient({ url: registry.url, token: 'token', environment }),
    verifier: createNoticeVerifier({ publicKeySet: registry.keys.publicKeySet, environment }),
    lastGood: createLastGood(directory),
    logger: telemetry.logger,
    registry: telemetry.registry,
    waitS: 5,
    backoff: () => 5,
    ...options,
  });
  const served: Delivery[] = [];
  return {
    ...source,
    served,
    live: () => served.at(-1)?.live.sdl,
    logs: telemetry.logs.lines,
    logged: (message: string) => telemetry.logs.lines.filter(({ msg }) => msg === message),
    metrics: () => telemetry.registry.metrics(),
    async start() {
      served.push(await source.read());
      source.watch({
        onDelivery: async (delivery) => {
          if (delivery.live.sdl === options.refuses) return false;
          served.push(delivery);
          return true;
        },
        onUnavailable: ({ message }) => telemetry.logger.warn({ reason: message }, 'away'),
      });
    },
    [Symbol.asyncDispose]: source[Symbol.asyncDispose],
  };
}

const onDisk = async () => (await readdir(directory)).toSorted();
const REFUSED = 'refused a delivery of the registry, the old state stays';
const until = (assertion: () => void | Promise<void>) =>
  vi.waitFor(assertion, { interval: 5, timeout: 5_000 });

describe('following a registry', () => {
  it('gives what is live now, and each change as it comes, canary and salt included', async () => {
    registry.release('one');
    await using source = open();
    await source.start();
    expect(source.served).toEqual([
      { live: { digest: digestOf('one'), sdl: 'one', release: 1 }, salt: 'salt', sequence: 1 },
    ]);
    registry.release('two');
    await until(() => expect(source.live()).toBe('two'));
    const canary = { digest: digestOf('one'), release: 3, share: 10 };
    registry.release('two', { canary, salt: 'other' });
    await until(() =>
      expect(source.served.at(-1)).toMatchObject({ canary: { sdl: 'one', share: 10 }, salt: 'other' }),
    );
    expect(source.freshness()).toEqual({ state: 'fresh' });
  });

  it('reads no artefact again that it has', async () => {
    registry.release('one');
    await using source = open();
    await source.start();
    registry.release('one', { salt: 'other' });
    await until(() => expect(source.served).toHaveLength(2));
    expect(registry.asked.artefacts).toBe(1);
  });

  it('waits for the first release of an environment, and says so once', async () => {
    await using source = open({ waitS: 0.01 });
    const started = source.start();
    await until(() => expect(registry.asked.notices).toBeGreaterThan(2));
    registry.release('first');
    await started;
    expect(source.live()).toBe('first');
    expect(source.logged('waits for the first release')).toHaveLength(1);
  });

  it('ends without waiting for the registry', async () => {
    registry.release('one');
    const source = open({ waitS: 30 });
    await source.start();
    await until(() => expect(registry.asked.notices).toBe(2));
    await source[Symbol.asyncDispose]();
  });
});

describe('a delivery that is not what it should be is refused, and what is there stays', () => {
  const other = createNoticeSigner(generateSigningKeys('test').privateJwk);
  const flip = (text: string) => text.replace('"sequence":2', '"sequence":3');

  it.each<[string, string, (registry: ScriptedRegistry) => void]>([
    [
      'a flipped byte of the notice',
      'signature',
      ({ release, deliver }) => {
        const { body, signature } = release('two');
        deliver({ body: flip(body), signature });
      },
    ],
    [
      'another key',
      'signature',
      ({ deliver }) =>
        deliver(
          other.sign({
            environment: 'dev',
            sequence: 2,
            salt: '',
            live: { release: 2, digest: digestOf('two') },
          }),
        ),
    ],
    [
      'an older notice',
      'replay',
      ({ release }) => void release('old', { sequence: 0, live: { release: 1, digest: digestOf('old') } }),
    ],
    ['another notice of the same number', 'replay', ({ release }) => void release('other', { sequence: 1 })],
    [
      'a notice for another environment',
      'environment',
      ({ release }) => void release('two', { environment: 'prod' }),
    ],
    [
      'a flipped byte of the supergraph',
      'digest',
      ({ release, replaceArtefact }) => {
        release('two');
        // Synchronously: nobody has asked for it yet.
        replaceArtefact(digestOf('two'), 'twp');
      },
    ],
  ])('%s', async (_, reason, act) => {
    registry.release('one');
    await using source = open();
    await source.start();
    act(registry);
    await until(() => expect(source.logged(REFUSED)).toHaveLength(1));
    const asked = registry.asked.notices;
    await until(() => expect(registry.asked.notices).toBeGreaterThan(asked + 2));
    expect(source.logged(REFUSED)).toMatchObject([{ level: 'error', check: reason }]);
    expect(await source.metrics()).toMatch(
      new RegExp(`gateway_deliveries_refused_total\\{reason="${reason}",service="gateway"\\} [1-9]`),
    );
    expect(source.served.map(({ live }) => live.sdl)).toEqual(['one']);
    expect(source.freshness()).toMatchObject({ state: 'stale' });

    registry.release('good', { sequence: 9 });
    await until(() => expect(source.live()).toBe('good'));
    await until(() => expect(source.freshness()).toEqual({ state: 'fresh' }));
  });

  it('at the start with nothing on disk: the start fails and says why', async () => {
    registry.deliver(
      other.sign({ environment: 'dev', sequence: 2, salt: '', live: { release: 2, digest: '0' } }),
    );
    await using source = open();
    await expect(source.start()).rejects.toThrow(
      `${registry.url} (dev): refused what the registry delivers: it does not match the signature of test`,
    );
  });

  it.each([
    [401, /answered 401: no such token$/],
    [403, /answered 403: no such token$/],
  ])('a token that is refused with %i ends the start', async (status, message) => {
    registry.behave((_, response) => {
      response.writeHead(status).end('{"error":{"code":"UNAUTHENTICATED","message":"no such token"}}');
    });
    await using source = open();
    await expect(source.start()).rejects.toThrow(message);
  });
});

describe('while the registry is away', () => {
  it('what is there stays, called stale with its age, until it is back', async () => {
    let now = Date.parse('2026-11-21T12:00:00Z');
    registry.release('one');
    await using source = open({ now: () => now });
    await source.start();
    await registry.leave();
    await until(() => expect(source.logged('away')).toHaveLength(1));
    now += 42_000;
    expect(source.freshness()).toEqual({ state: 'stale', ageS: 42 });
    await until(async () => {
      expect(await source.metrics()).toContain('gateway_supergraph_stale_seconds{service="gateway"} 42');
    });
    await registry.return();
    registry.release('two');
    await until(() => expect(source.live()).toBe('two'));
    expect(source.freshness()).toEqual({ state: 'fresh' });
    expect(await source.metrics()).toContain('gateway_supergraph_stale_seconds{service="gateway"} 0');
    expect(source.logged('away')).toHaveLength(1);
  });

  it('a start with nothing on disk waits for it, for as long as it has patience', async () => {
    registry.release('one');
    await registry.leave();
    {
      await using patient = open();
      const started = patient.start();
      await until(() => expect(patient.logged('waits for the registry')).toHaveLength(1));
      await registry.return();
      await started;
      expect(patient.live()).toBe('one');
    }
    await registry.leave();
    await rm(directory, { recursive: true, force: true });
    await using impatient = open({ startPatienceMs: 20 });
    await expect(impatient.start()).rejects.toThrow('ECONNREFUSED');
  });

  it.each<[string, Parameters<ScriptedRegistry['behave']>[0]]>([
    ['fails', (_, response) => void response.writeHead(503).end('{}')],
    ['answers with what is no delivery', (_, response) => void response.writeHead(200).end('<html>')],
    ['answers without end', (_, response) => void response.writeHead(200).write(Buffer.alloc(100_000))],
    ['cuts the connection', (request) => void request.socket.destroy()],
  ])('what is there stays when it %s', async (_, behaviour) => {
    registry.release('one');
    await using source = open();
    await source.start();
    registry.behave(behaviour);
    registry.release('two');
    await until(() => expect(source.freshness()).toMatchObject({ state: 'stale' }));
    expect(source.live()).toBe('one');
    registry.behave();
    await until(() => expect(source.live()).toBe('two'));
  });
});

describe('the last good supergraph on disk', () => {
  async function runOnce(sdl: string): Promise<void> {
    registry.release(sdl);
    await using source = open();
    await source.start();
    await until(async () =>
      expect(await readFile(join(directory, 'delivery'), 'utf8')).toContain(digestOf(sdl)),
    );
  }

  it('is what a gateway starts with while the registry is away, and leaves when it is back', async () => {
    await runOnce('one');
    await registry.leave();
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(directory, 'delivery'), hourAgo, hourAgo);
    await using source = open();
    await source.start();
    expect(source.live()).toBe('one');
    const { ageS } = source.freshness() as { ageS: number };
    expect(ageS).toBeGreaterThanOrEqual(3_600);
    expect(source.logged('starts with the last good supergraph')).toHaveLength(1);
    await registry.return();
    await until(() => expect(source.freshness()).toEqual({ state: 'fresh' }));
    registry.release('two');
    await until(() => expect(source.live()).toBe('two'));
  });

  it('keeps an older delivery from coming back with a restart', async () => {
    const old = registry.release('harmful');
    await runOnce('good');
    registry.deliver(old);
    await using source = open();
    await source.start();
    expect(source.live()).toBe('good');
    expect(source.logs).toContainEqual(expect.objectContaining({ check: 'replay' }));
  });

  it('holds both arms of a canary', async () => {
    registry.release('two');
    const canary = { digest: digestOf('two'), release: 1, share: 10 };
    registry.release('one', { canary });
    {
      await using source = open();
      await source.start();
      await until(async () => expect(await onDisk()).toHaveLength(3));
    }
    await registry.leave();
    await using source = open();
    await source.start();
    expect(source.served[0]).toMatchObject({ live: { sdl: 'one' }, canary: { sdl: 'two', share: 10 } });
  });

  it.each<[string, (path: string) => Promise<void>]>([
    [
      'a changed byte of the notice',
      async (path) => writeFile(path, (await readFile(path, 'utf8')).replace('"sequence":1', '"sequence":2')),
    ],
    ['half a notice', async (path) => writeFile(path, (await readFile(path)).subarray(0, 60))],
    ['an empty notice', (path) => writeFile(path, '')],
    ['a changed supergraph', () => writeFile(join(directory, `${digestOf('one')}.graphql`), 'onf')],
    ['a supergraph that is missing', () => rm(join(directory, `${digestOf('one')}.graphql`))],
  ])('is of no use with %s: the registry is asked as if there were none', async (_, spoil) => {
    await runOnce('one');
    await spoil(join(directory, 'delivery'));
    await using source = open();
    await source.start();
    expect(source.live()).toBe('one');
    expect(source.logged('the supergraph on disk is of no use')).toHaveLength(1);
  });

  it('is written anew when the key of the registry changes, so that the old key can go', async () => {
    await runOnce('one');
    const next = generateSigningKeys('next');
    const publicKeySet = { keys: [...registry.keys.publicKeySet.keys, ...next.publicKeySet.keys] };
    await using source = open({ verifier: createNoticeVerifier({ publicKeySet, environment: 'dev' }) });
    await source.start();
    const live = { release: 1, digest: digestOf('one') };
    registry.deliver(
      createNoticeSigner(next.privateJwk).sign({ environment: 'dev', sequence: 1, salt: 'salt', live }),
    );
    await until(async () => expect(await readFile(join(directory, 'delivery'), 'utf8')).toMatch(/^next /));
    expect(source.served).toHaveLength(1);
  });

  it('is not what the gateway cannot serve', async () => {
    await runOnce('one');
    await using source = open({ refuses: 'bad' });
    await source.start();
    registry.release('bad');
    const asked = registry.asked.notices;
    await until(() => expect(registry.asked.notices).toBeGreaterThan(asked));
    await source[Symbol.asyncDispose]();
    expect(await readFile(join(directory, 'delivery'), 'utf8')).toContain(digestOf('one'));
  });

  it('is there for a start that cannot serve what the registry has, and stays', async () => {
    await runOnce('one');
    registry.release('bad');
    await using source = open();
    expect((await source.read()).live.sdl).toBe('bad');
    expect((await source.lastGood?.())?.live.sdl).toBe('one');
    const asked = registry.asked.notices;
    source.watch({ onDelivery: async () => true, onUnavailable: () => {} });
    await until(() => expect(registry.asked.notices).toBeGreaterThan(asked));
    expect(await readFile(join(directory, 'delivery'), 'utf8')).toContain(digestOf('one'));
  });

  it('is served without, with a warning, when the disk is full or not writable', async () => {
    const full: LastGood = {
      read: async () => {
        throw new Error('EIO: i/o error, read');
      },
      save: async () => {
        throw new Error('ENOSPC: no space left on device, write');
      },
      confirm: async () => {},
    };
    registry.release('one');
    await using source = open({ lastGood: full });
    await source.start();
    registry.release('two');
    await until(() => expect(source.live()).toBe('two'));
    expect(source.logged('the supergraph on disk is of no use')).toHaveLength(1);
    await until(() =>
      expect(source.logged('cannot keep the supergraph on disk, serves it all the same')).toHaveLength(2),
    );
  });

  it('leaves no drafts, and is for its owner alone', async () => {
    await runOnce('one');
    expect(await onDisk()).toEqual([`${digestOf('one')}.graphql`, 'delivery'].toSorted());
    for (const name of await onDisk()) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  });
});
