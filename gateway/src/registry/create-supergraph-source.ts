import { readFileSync } from 'node:fs';
import { EnvironmentError, jwks } from '@tributary/environment';
import { createNoticeVerifier, type NoticeVerifier, type PublicKeySet } from '@tributary/supergraph-delivery';
import type { Logger, Registry } from '@tributary/telemetry';
import { createTextSource, deliveriesOf, type SupergraphSource } from '../source/index.ts';
import { createLastGood } from './last-good.ts';
import { createRegistryClient } from './registry-client.ts';
import { createRegistrySource } from './registry-source.ts';
import type { SupergraphSettings } from './settings.ts';

/** Where the settings say that the supergraph comes from. @throws EnvironmentError on keys that are none. */
export function createSupergraphSource(
  env: SupergraphSettings,
  observed: { readonly logger: Logger; readonly registry: Registry },
): SupergraphSource & AsyncDisposable {
  const { REGISTRY_URL: url, REGISTRY_ENVIRONMENT: environment, SUPERGRAPH_DIRECTORY: directory } = env;
  if (url === undefined) {
    return { ...deliveriesOf(createTextSource(env.SUPERGRAPH ?? '')), [Symbol.asyncDispose]: async () => {} };
  }
  return createRegistrySource({
    client: createRegistryClient({ url, token: env.REGISTRY_TOKEN ?? '', environment }),
    verifier: createVerifier(env.REGISTRY_PUBLIC_KEYS ?? '', environment),
    lastGood: directory === undefined ? undefined : createLastGood(directory),
    ...observed,
  });
}

// Private:

function createVerifier(keys: string, environment: string): NoticeVerifier {
  try {
    const text = keys.trimStart().startsWith('{') ? keys : readFileSync(keys, 'utf8');
    const publicKeySet = jwks().parse(text) as PublicKeySet;
    return createNoticeVerifier({ publicKeySet, environment });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? 'there is no such file'
        : 'is not a JSON Web Key Set of Ed25519 keys, nor a file of one';
    throw Object.assign(new EnvironmentError([`REGISTRY_PUBLIC_KEYS: ${reason}`]), {
      cause: new Error(message),
    });
  }
}
