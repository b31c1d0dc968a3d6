import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryResponse, MARK } from '../testing/arbitrary-response.ts';
import { createRawServer } from '../testing/raw-server.ts';
import { createLeanTransport } from './lean-transport.ts';
import { Lifetime } from './lifetime.ts';
import { post } from './testing/post.ts';
import type { Transport } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

/** More are drawn with LEAN_FUZZ_RUNS=100000, others with FC_SEED. */
const numRuns = Number(process.env.LEAN_FUZZ_RUNS ?? 2_000);
const timeout = 60_000 + numRuns * 5;
const options = {
  connectTimeoutMs: 1_000,
  maxResponseBytes: 60,
  maxConnections: 1,
  maxConnectionAgeMs: 60_000,
};

const MARKS = ['\xb0', '\xb1', '\xb2', '\xb3', '\xb4', '\xb5'];

const ENDLESS = new Lifetime(Infinity);

type Outcome = { status: number; contentType: string | undefined; body: string } | { refusal: unknown };

async function send(transport: Transport, body: string, lifetime: Lifetime = ENDLESS): Promise<Outcome> {
  try {
    const response = await post(transport, { headers: {}, body, isRepeatable: false, lifetime });
    return { ...response, body: response.body.toString('latin1') };
  } catch (refusal) {
    return { refusal };
  }
}

/** Cuts byte text at these places. */
function piecesOf(text: string, cuts: readonly number[]): readonly string[] {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b)];
  return places.map((place, index) => text.slice(place, places[index + 1])).filter((piece) => piece !== '');
}

describe('the lean transport against undici', () => {
  it('gives the same answers, or refuses what undici takes, and never takes what undici refuses', {
    timeout,
  }, async () => {
    let pieces: readonly string[] = [];
    await using server = await createRawServer(async ({ socket }) => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await setImmediate();
      }
      socket.end();
    });
    await using lean = createLeanTransport({ url: server.url, ...options });
    await using undici = createUndiciTransport({ url: server.url, ...options });
    const counts = { same: 0, bothRefuse: 0, onlyLeanRefuses: 0 };

    const property = fc.asyncProperty(arbitraryResponse, fc.array(fc.nat()), async (response, cuts) => {
      pieces = piecesOf(response.text, cuts);
      const ours = await send(lean, '');
      const theirs = await send(undici, '');
      if (!('refusal' in ours)) {
        // undici leaves the white space at the end of values.
        const contentType = 'refusal' in theirs ? undefined : theirs.contentType?.trimEnd();
        // Memory that is undici's is left to it.
        expect(ours).toEqual({ ...theirs, contentType, ownsBody: true });
        counts.same++;
        return;
      }
      counts['refusal' in theirs ? 'bothRefuse' : 'onlyLeanRefuses']++;
      if (response.isWellFormed) expect(theirs).toHaveProperty('refusal');
    });
    await fc.assert(property, { numRuns });

    // The comparison is worth something only if both sides of it are there.
    expect(counts.same).toBeGreaterThan(numRuns / 4);
    expect(counts.bothRefuse).toBeGreaterThan(numRuns / 10);
    if (process.env.LEAN_FUZZ_RUNS) console.log(counts);
  });

  it('never gives one request the answer of another, whatever follows an answer', { timeout }, async () => {
    let lifetime = new Lifetime(Infinity);
    await using server = await createRawServer(async ({ socket, body }) => {
      const current = lifetime;
      socket.write(body, 'latin1');
      // An answer without an end comes to one: the bytes have arrived after that many turns of this process's loop.
      for (let turn = 0; turn < 10 && current === lifetime; turn++) await setImmediate();
      current.end();
    });
    await using lean = createLeanTransport({ url: server.url, ...options });
    const answer = fc
      .tuple(arbitraryResponse, fc.option(arbitraryResponse))
      .map(([first, second]) => first.text + (second?.text ?? ''));
    let requests = 0;
    let marksSeen = 0;

    const property = fc.asyncProperty(fc.array(answer, { minLength: 2, maxLength: 6 }), async (answers) => {
      for (const text of answers) {
        const mark = MARKS[requests++ % MARKS.length] ?? '';
        lifetime = new Lifetime(Infinity);
        const outcome = await send(lean, text.replaceAll(MARK, mark), lifetime);
        if ('refusal' in outcome) continue;
        const marks = new Set([...outcome.body].filter((byte) => MARKS.includes(byte)));
        marks.delete(mark) && marksSeen++;
        expect([...marks]).toEqual([]);
      }
    });
    await fc.assert(property, { numRuns: Math.ceil(numRuns / 4) });
    expect(marksSeen).toBeGreaterThan(numRuns / 10);
  });
});
