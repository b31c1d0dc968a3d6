import { expect, it } from 'vitest';
import { books, entityRequest, json, rootRequest, scripted } from './testing/scripted-client.ts';

const repeat = async (times: number, run: () => Promise<unknown>) => {
  for (let i = 0; i < times; i++) await run();
};

it.each([undefined, 'no-store', 'private'])(
  'looks for nothing any more where cache-control: %s has come again and again',
  async (cacheControl) => {
    const { client, cache, asked } = scripted(books(cacheControl));
    const find = cache.find.bind(cache);
    let looked = 0;
    cache.find = (...keys) => {
      looked++;
      return find(...keys);
    };
    await repeat(16, () => client.send(entityRequest(['1', '2'])));
    expect(looked).toBe(32);
    await repeat(10, () => client.send(entityRequest(['1', '2'])));
    expect(looked).toBe(32);
    expect(asked).toHaveLength(26);
  },
);

it('keeps again as soon as an answer may be kept', async () => {
  const { client, asked, respond } = scripted(books('no-store'));
  await repeat(20, () => client.send(entityRequest(['1'])));
  respond(books('public, max-age=60'));
  // The one that shows it, the one that is kept.
  await repeat(10, () => client.send(entityRequest(['1'])));
  expect(asked).toHaveLength(22);
});

it('goes on looking where some answers may be kept, and for other targets', async () => {
  let count = 0;
  const { client, asked } = scripted(() =>
    json({ data: { top: 1 } }, { cacheControl: ++count % 8 === 0 ? 'public, max-age=60' : 'no-store' }),
  );
  await repeat(40, () => client.send(rootRequest({ body: `{"query":"{ top }","count":${count}}` })));
  await client.send(rootRequest({ body: '{"query":"{ top }","count":7}' }));
  expect(asked).toHaveLength(40);

  const poor = scripted(books('no-store'));
  await repeat(20, () => poor.client.send(entityRequest(['1'], { targets: ['Author'] })));
  poor.respond(books('public, max-age=60'));
  await repeat(2, () => poor.client.send(entityRequest(['1'])));
  expect(poor.asked).toHaveLength(21);
});

it('never gives up where the policy keeps what has no hint', async () => {
  const { client, asked, respond } = scripted(books('no-store'), {
    defaults: { maxAgeMs: 60_000, isPublic: true, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 },
  });
  await repeat(20, () => client.send(entityRequest(['1'])));
  respond(books(undefined));
  await repeat(5, () => client.send(entityRequest(['1'])));
  expect(asked).toHaveLength(22);
});
