import { randomUUIDv7 } from 'node:crypto';
import { TributaryError } from '@tributary/errors';
import type { PublishAnswer } from '../contract/subgraphs.ts';
import type { Actor } from '../store/audit.ts';
import type { Head } from '../store/releases.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';
import { type ChangeParts, changeEnvironment } from './change-environment.ts';

export interface Publish {
  readonly environment: string;
  readonly subgraph: string;
  readonly sdl: string;
  /** Undefined: as before. */
  readonly routingUrl: string | undefined;
  readonly commit: string | null;
  readonly expectBase: string | undefined;
  readonly rolloutNotes: string | null;
  readonly rollbackNotes: string | null;
  readonly actor: Actor;
}

/** Makes a revision and releases it. Publishing what is there already changes nothing, and says so. */
export async function publish(parts: ChangeParts, request: Publish): Promise<PublishAnswer> {
  const { environment, subgraph, sdl } = request;
  const digest = await requireDigest(parts.workers, subgraph, sdl);
  const id = randomUUIDv7();
  const outcome = await changeEnvironment(parts, {
    ...request,
    cause: 'publish',
    toChange: (head) => {
      const before = head.members.find((member) => member.subgraph === subgraph);
      const routingUrl = request.routingUrl ?? before?.routing_url ?? missingUrl(subgraph);
      if (before?.digest === digest && before.routing_url === routingUrl) return undefined;
      const member = {
        id,
        subgraph,
        digest,
        sdl,
        routing_url: routingUrl,
        commit_id: request.commit,
        author: request.actor.name,
        created_at: parts.now(),
      };
      return { kind: 'put', member };
    },
  });
  return { ...outcome, environment, subgraph, revision: digest };
}

export interface Retire {
  readonly environment: string;
  readonly subgraph: string;
  readonly expectBase: string | undefined;
  readonly actor: Actor;
}

/** Releases the environment without the subgraph. @throws NOT_REGISTERED when it is not there. */
export async function retire(parts: ChangeParts, request: Retire) {
  const { environment, subgraph } = request;
  const outcome = await changeEnvironment(parts, {
    ...request,
    cause: 'retire',
    rolloutNotes: null,
    rollbackNotes: null,
    toChange: (head) => {
      assertThere(head, request);
      return { kind: 'remove', subgraph };
    },
  });
  return { ...outcome, environment, subgraph };
}

/** @throws SCHEMA_INVALID for what is not GraphQL, with line and column. */
export async function requireDigest(workers: SchemaWorkers, subgraph: string, sdl: string): Promise<string> {
  const read = await workers.perform('read', { subgraph, sdl });
  if (read.valid) return read.digest;
  const [place] = read.problem.places;
  const where = place === undefined ? '' : ` in line ${place.line}, column ${place.column}`;
  throw new TributaryError('SCHEMA_INVALID', `The schema cannot be read${where}: ${read.problem.message}`, {
    extensions: { problems: [read.problem] },
  });
}

// Private:

function missingUrl(subgraph: string): never {
  throw new TributaryError(
    'BAD_REQUEST',
    `${subgraph} is new here: its first publish needs a routing URL, where gateways reach it.`,
  );
}

function assertThere(head: Head, { environment, subgraph }: Retire): void {
  if (!head.members.some((member) => member.subgraph === subgraph)) {
    throw new TributaryError('NOT_REGISTERED', `${environment} has no subgraph ${subgraph}.`);
  }
  if (head.members.length === 1) {
    throw new TributaryError(
      'COMPOSITION_FAILED',
      `${subgraph} is the last subgraph of ${environment}: without it there is nothing to serve.`,
      { extensions: { problems: [] } },
    );
  }
}
