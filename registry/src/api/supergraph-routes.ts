import { TributaryError } from '@tributary/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { digest, environmentName } from '../contract/names.ts';
import { findComposition } from '../store/compositions.ts';
import type { Served } from '../store/deliveries.ts';
import { requireEnvironment } from '../store/environments.ts';
import type { LiveRelease } from '../store/releases.ts';
import { requireCaller } from './caller.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';
import { endOfWait, waitQuery } from './wait.ts';

const path = z.strictObject({ environment: environmentName });
const digestPath = z.strictObject({ digest });

const SDL = 'text/plain; charset=utf-8';
const YEAR_S = 31_536_000;

/** What gateways fetch. Artefacts are addressed by content: one that was fetched never has to be fetched again. */
export function supergraphRoutes(app: FastifyInstance, { db, live }: ApiParts): void {
  /**
   * The live supergraph. With `If-None-Match` and `wait`, an unchanged one is answered when it changes, or with 304 when the
   * time is up; an environment without a release likewise, with 404.
   */
  app.get('/v1/environments/:environment/supergraph', async (request, reply) => {
    const { environment } = parseInput(path, request.params, 'The path');
    const { wait } = parseInput(waitQuery, request.query, 'The query');
    const requireFetcher = () => requireCaller(db, request, { action: 'fetch', environment });
    await requireFetcher();
    await requireEnvironment(db, environment);
    const known = etagOf(request);
    const isNews = (served: Served) => served.live.digest !== known;
    let served = await live.read(environment);
    if (wait > 0 && (served === undefined || !isNews(served))) {
      using patience = endOfWait(reply, wait);
      const news = await live.waitForChange({ environment, isNews, signal: patience.signal });
      // The token may have been revoked meanwhile.
      if (news !== undefined) await requireFetcher();
      served = news ?? served;
    }
    const release = served?.live;
    if (release === undefined) {
      throw new TributaryError('NOT_REGISTERED', `${environment} has no release yet.`);
    }
    describe(reply, release);
    if (release.digest === known) return reply.code(304).send();
    return reply.type(SDL).send(await sdlOf(release.digest));
  });

  app.get('/v1/supergraphs/:digest', async (request, reply) => {
    const { digest: wanted } = parseInput(digestPath, request.params, 'The path');
    await requireCaller(db, request, { action: 'fetch' });
    const sdl = await sdlOf(wanted);
    return reply
      .header('etag', `"${wanted}"`)
      .header('cache-control', `private, max-age=${YEAR_S}, immutable`)
      .type(SDL)
      .send(sdl);
  });

  async function sdlOf(wanted: string): Promise<string> {
    const composition = await findComposition(db, wanted);
    if (composition === undefined) {
      throw new TributaryError('NOT_REGISTERED', `There is no composition ${wanted}.`);
    }
    return composition.supergraphSdl;
  }
}

// Private:

function describe(reply: FastifyReply, { digest: composition, number }: LiveRelease): void {
  void reply
    .header('etag', `"${composition}"`)
    .header('cache-control', 'no-cache')
    .header('tributary-release', String(number));
}

function etagOf(request: FastifyRequest): string | undefined {
  return /^(?:W\/)?"([0-9a-f]{64})"$/.exec(request.headers['if-none-match'] ?? '')?.[1];
}
