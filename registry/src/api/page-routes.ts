import { TributaryError } from '@tributary/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { environmentName } from '../contract/names.ts';
import { refusalOf } from '../domain/access.ts';

import { listReleases, readReleaseStatus } from '../operations/release-status.ts';
import { authenticate } from '../operations/tokens.ts';
import { PAGE_HEADERS, type Page, toDocument } from '../page/layout.ts';
import { environmentPage, overviewPage, releasePage } from '../page/pages.ts';
import { readCanaryView } from '../page/read-canary-view.ts';
import { type SubgraphLinks, subgraphLinks } from '../schema/subgraph-links.ts';
import { findComposition } from '../store/compositions.ts';
import { readEnvironments } from '../store/environments.ts';
import { readPastChecks } from '../store/past-checks.ts';
import { readRelease } from '../store/release-details.ts';
import { readMembers } from '../store/releases.ts';
import { parseInput } from './parse.ts';
import type { ApiParts } from './parts.ts';

const environmentPath = z.strictObject({ environment: environmentName });
const releasePath = environmentPath.extend({ release: z.coerce.number().int().min(1) });

const RELEASES = 20;
const CHECKS = 20;
/** While something is under way. */
const REFRESH_SECONDS = 10;

/** What there is to see of the registry with a browser; nothing can be changed here. */
export function pageRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { db, policy } = parts;
  const links = new LRUCache<string, SubgraphLinks>({ max: 20 });

  async function linksOf(composition: string | undefined): Promise<SubgraphLinks> {
    if (composition === undefined) return { subgraphs: [], links: [] };
    const known = links.get(composition);
    if (known !== undefined) return known;
    const found = subgraphLinks((await findComposition(db, composition))?.supergraphSdl ?? '');
    links.set(composition, found);
    return found;
  }

  app.get('/', async (request, reply) => {
    const environments = await visibleEnvironments(parts, { request, reply });
    const page = { limit: RELEASES, before: undefined };
    const lists = await Promise.all(environments.map((name) => listReleases(parts, name, page)));
    const refresh = lists.some(({ releases }) => releases.some(isUnderWay));
    return send(reply, { title: 'Environments', body: overviewPage(lists), environments }, refresh);
  });

  app.get('/environments/:environment', async (request, reply) => {
    const { environment } = parseInput(environmentPath, request.params, 'The path');
    const environments = await visibleEnvironments(parts, { request, reply }, environment);
    const list = await listReleases(parts, environment, { limit: RELEASES, before: undefined });
    const live = list.live === null ? undefined : await readRelease(db, environment, list.live);
    const body = environmentPage({
      list,
      links: await linksOf(live?.composition),
      members: list.live === null ? [] : await readMembers(db, environment, list.live),
      canary:
        list.canary === null
          ? undefined
          : await readCanaryView(db, {
              environment,
              number: list.canary,
              isRunning: true,
              steps: policy.canarySteps,
            }),
      checks: await readPastChecks(db, environment, CHECKS),
    });
    return send(
      reply,
      { title: environment, body, environments, environment },
      list.releases.some(isUnderWay),
    );
  });

  app.get('/environments/:environment/releases/:release', async (request, reply) => {
    const { environment, release: number } = parseInput(releasePath, request.params, 'The path');
    const environments = await visibleEnvironments(parts, { request, reply }, environment);
    const release = await readReleaseStatus(parts, environment, number);
    const body = releasePage({
      release,
      members: await readMembers(db, environment, number),
      canary: await readCanaryView(db, {
        environment,
        number,
        isRunning: release.state === 'canary',
        steps: policy.canarySteps,
      }),
    });
    const title = `${environment}, release ${number}`;
    return send(reply, { title, body, environments, environment }, isUnderWay(release));
  });
}

// Private:

function isUnderWay({ state }: { readonly state: string }): boolean {
  return state === 'waiting' || state === 'canary';
}

function send(reply: FastifyReply, page: Omit<Page, 'refreshSeconds'>, refresh: boolean): FastifyReply {
  return reply
    .headers(PAGE_HEADERS)
    .send(toDocument({ ...page, ...(refresh && { refreshSeconds: REFRESH_SECONDS }) }));
}

/**
 * Those that the token may list. Browsers ask for it as a password, of any user; it opens nothing but this page, as all else
 * takes a bearer token. @throws UNAUTHENTICATED, FORBIDDEN.
 */
async function visibleEnvironments(
  { db, pageAccess }: ApiParts,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  wanted?: string,
): Promise<readonly string[]> {
  const environments = await readEnvironments(db);
  if (pageAccess === 'open') return environments;
  void reply.header('www-authenticate', 'Basic realm="Tributary registry", charset="UTF-8"');
  const caller = await authenticate(db, passwordOf(request.headers.authorization));
  void reply.removeHeader('www-authenticate');
  const refusal = refusalOf(caller, {
    action: 'list',
    ...(wanted !== undefined && { environment: wanted }),
  });
  if (refusal !== undefined) throw new TributaryError('FORBIDDEN', refusal);
  return environments.filter(
    (environment) => refusalOf(caller, { action: 'list', environment }) === undefined,
  );
}

function passwordOf(authorization: string | undefined): string | undefined {
  const [, credentials] = /^basic +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (credentials === undefined) return undefined;
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1) || undefined;
}
