import { TributaryError } from '@tributary/errors';
import {
  etagOf,
  type NoticeSigner,
  SIGNATURE_HEADER,
  type SignedNotice,
} from '@tributary/supergraph-delivery';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { environmentName } from '../contract/names.ts';
import type { Served } from '../store/deliveries.ts';
import { requireEnvironment } from '../store/environments.ts';
import { requireCaller } from './caller.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';
import { endOfWait, waitQuery } from './wait.ts';

const path = z.strictObject({ environment: environmentName });

/**
 * What gateways are to serve, signed: both arms of a canary, by their digests. With `If-None-Match` and `wait`, what the
 * caller has is answered when it changes, or with 304 when the time is up; an environment without a release with 404.
 */
export function deliveryRoutes(app: FastifyInstance, { db, live, signer }: ApiParts): void {
  app.get('/v1/environments/:environment/delivery', async (request, reply) => {
    const { environment } = parseInput(path, request.params, 'The path');
    const { wait } = parseInput(waitQuery, request.query, 'The query');
    const requireFetcher = () => requireCaller(db, request, { action: 'fetch', environment });
    await requireFetcher();
    await requireEnvironment(db, environment);
    const known = request.headers['if-none-match'];
    let served = await live.read(environment);
    let signed = served && sign(signer, environment, served);
    if (wait > 0 && (signed === undefined || etagOf(signed) === known)) {
      using patience = endOfWait(reply, wait);
      const before = served;
      const isNews = (now: Served) => before === undefined || !isSame(now, before);
      served = await live.waitForChange({ environment, isNews, signal: patience.signal });
      signed = served ? sign(signer, environment, served) : signed;
      // The token may have been revoked meanwhile.
      if (served !== undefined) await requireFetcher();
    }
    if (signed === undefined) {
      throw new TributaryError('NOT_REGISTERED', `${environment} has no release yet.`);
    }
    const etag = etagOf(signed);
    void reply.header('etag', etag).header('cache-control', 'no-cache');
    if (etag === known) return reply.code(304).send();
    // As bytes: a serializer between would send others than those that are signed.
    return reply
      .header(SIGNATURE_HEADER, signed.signature)
      .type('application/json; charset=utf-8')
      .send(Buffer.from(signed.body));
  });
}

// Private:

function sign(
  signer: NoticeSigner,
  environment: string,
  { sequence, salt, live, canary }: Served,
): SignedNotice {
  return signer.sign({
    environment,
    sequence,
    salt,
    live: { release: live.number, digest: live.digest },
    ...(canary && { canary: { release: canary.number, digest: canary.digest, share: canary.share } }),
  });
}

/** The sequence says it all; the rest is for the day on which a change forgets to raise it. */
function isSame(one: Served, other: Served): boolean {
  return (
    one.sequence === other.sequence &&
    one.live.number === other.live.number &&
    one.canary?.number === other.canary?.number &&
    one.canary?.share === other.canary?.share
  );
}
