import { withSpan } from '@tributary/telemetry';
import { recordSpans } from '@tributary/telemetry/testing';
import { describe, expect, it } from 'vitest';
import { createBatchLoader } from './batch-loader.ts';

/** A loader that answers each id with its name, and the batches it was called with. */
function nameLoader(options?: { maxBatchSize?: number }) {
  const batches: (readonly string[])[] = [];
  const loader = createBatchLoader(
    'names',
    async (ids: readonly string[]) => {
      batches.push(ids);
      const names = ids.filter((id) => id !== 'missing').map((id) => [id, `name of ${id}`] as const);
      return new Map<string, string | Error>([...names, ['torn', new Error('torn')]]);
    },
    options,
  );
  return { loader, batches };
}

describe('createBatchLoader', () => {
  it('loads what is asked for in one turn as one batch, each key once', async () => {
    const { loader, batches } = nameLoader();
    const names = await Promise.all([loader.load('a'), loader.load('b'), loader.load('a')]);
    expect(names).toEqual(['name of a', 'name of b', 'name of a']);
    expect(batches).toEqual([['a', 'b']]);
  });

  it('answers null for a key without a value', async () => {
    expect(await nameLoader().loader.load('missing')).toBeNull();
  });

  it('rejects only the key whose value is an error', async () => {
    const { loader } = nameLoader();
    const [torn, whole] = await Promise.allSettled([loader.load('torn'), loader.load('a')]);
    expect(torn).toMatchObject({ status: 'rejected', reason: { message: 'torn' } });
    expect(whole).toEqual({ status: 'fulfilled', value: 'name of a' });
  });

  it('rejects every key when the batch fails', async () => {
    const loader = createBatchLoader(
      'names',
      async (_ids: readonly string[]): Promise<Map<string, string>> => {
        throw new Error('database away');
      },
    );
    await expect(Promise.all([loader.load('a'), loader.load('b')])).rejects.toThrow('database away');
  });

  it('splits a batch that is larger than allowed', async () => {
    const { loader, batches } = nameLoader({ maxBatchSize: 2 });
    await loader.loadMany(['a', 'b', 'c']);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('takes objects as keys, told apart by their cache key', async () => {
    interface PageKey {
      readonly userId: string;
      readonly first: number;
    }
    const cacheKey = ({ userId, first }: PageKey) => `${userId} ${first}`;
    const batches: (readonly PageKey[])[] = [];
    const loader = createBatchLoader(
      'pages',
      async (keys: readonly PageKey[]) => {
        batches.push(keys);
        return new Map(keys.map((key) => [cacheKey(key), key.first]));
      },
      { cacheKey },
    );
    const keys = [5, 5, 50].map((first) => ({ userId: 'mia', first }));
    expect(await loader.loadMany(keys)).toEqual([5, 5, 50]);
    expect(batches).toEqual([[keys[0], keys[2]]]);
  });

  it('gives a batch one span, with its size, below the span that asked first', async () => {
    using spans = recordSpans();
    const { loader } = nameLoader();
    await Promise.all([
      withSpan('first asker', {}, () => loader.load('a')),
      withSpan('second asker', {}, () => loader.load('b')),
    ]);
    const [batch, ...others] = spans.named('dataloader.batch names');
    expect(others).toEqual([]);
    expect(batch?.attributes).toEqual({ 'dataloader.batch.size': 2 });
    expect(batch?.parentSpanContext?.spanId).toBe(spans.named('first asker')[0]?.spanContext().spanId);
  });
});
