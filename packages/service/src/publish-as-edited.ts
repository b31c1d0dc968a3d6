import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@tributary/telemetry';
import type { RunningService } from './run-service.ts';

export interface Registration {
  readonly url: string;
  readonly token: string;
  readonly environment: string;
}

export interface PublishAsEditedOptions {
  readonly name: string;
  /** The schema's SDL. */
  readonly file: URL;
  readonly service: Pick<RunningService, 'url' | 'schema'>;
  readonly registration: Registration;
  /** Called when another schema is served and not published yet. */
  readonly onServed?: () => Promise<void>;
  readonly logger: Logger;
}

/** An edit is to be seen on the endpoint within two seconds, all that follows included. */
const LOOK_MS = 150;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2_000;
const TIMEOUT_MS = 30_000;
/** At a common start subgraphs come one after the other, and one alone need not compose. */
const START_GRACE_MS = 15_000;

/**
 * Development's release pipeline: serves and publishes the schema file, and does both again whenever it is edited. What the
 * registry refuses is said once and tried again, since the edit that it lacks may come in another subgraph's file.
 */
export function publishAsEdited(options: PublishAsEditedOptions): AsyncDisposable {
  const { name, service, logger, onServed } = options;
  const path = fileURLToPath(options.file);
  const ended = new AbortController();
  let superseded = new AbortController();
  let publishing = publish(service.schema.sdl, performance.now() + START_GRACE_MS);
  const following = follow();

  /** Reads instead of watching: an edit between the service's own look and a watcher's first would stay unseen. */
  async function follow(): Promise<void> {
    let seen = service.schema.sdl;
    while (await pause(LOOK_MS, ended.signal)) {
      const sdl = await readFile(path, 'utf8').catch(() => '');
      // An editor empties a file, or takes it away, before it fills it; the next look sees the rest.
      if (sdl.trim() === '' || sdl === seen) continue;
      seen = sdl;
      if (sdl === service.schema.sdl) continue;
      try {
        await service.schema.replace(sdl);
        await onServed?.();
      } catch (error) {
        logger.error(
          { reason: (error as Error).message },
          'cannot serve the edited schema, the old one stays',
        );
        continue;
      }
      superseded.abort();
      await publishing;
      superseded = new AbortController();
      publishing = publish(sdl, performance.now());
    }
  }

  async function publish(sdl: string, quietUntil: number): Promise<void> {
    const signal = AbortSignal.any([superseded.signal, ended.signal]);
    let isTold = false;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const { release, state, changed } = await send(options, sdl, signal);
        if (changed) logger.info({ release, state }, 'published the schema');
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isTold && performance.now() >= quietUntil) {
          logger.error(
            { reason: (error as Error).message },
            `the registry does not take the schema of ${name} yet`,
          );
          isTold = true;
        }
      }
      await pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt), signal);
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await following;
      await publishing;
    },
  };
}

// Private:

/** False when the signal cut it short. */
function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return delay(milliseconds, true, { signal, ref: false }).catch(() => false);
}

interface Published {
  readonly release: number;
  readonly state: string;
  readonly changed: boolean;
}

async function send(
  { name, service, registration: { url, token, environment } }: PublishAsEditedOptions,
  sdl: string,
  signal: AbortSignal,
): Promise<Published> {
  const path = `/v1/environments/${encodeURIComponent(environment)}/subgraphs/${encodeURIComponent(name)}/revisions`;
  const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sdl, routingUrl: `${service.url}/graphql` }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const answer = (await response.json()) as Published & { error?: Refusal };
  if (answer.error) throw new Error(describe(answer.error));
  return answer;
}

interface Refusal {
  readonly message: string;
  readonly problems?: readonly { readonly message: string }[];
}

function describe({ message, problems = [] }: Refusal): string {
  return [message, ...problems.map((problem) => problem.message)].join(' ');
}
