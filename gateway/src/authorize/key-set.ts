import type { Logger } from '@tributary/telemetry';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';

export interface KeySetOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly refreshMs?: number;
  /** After a fetch, unknown key ids cause no other one for so long: forged ids must not become traffic. */
  readonly cooldownMs?: number;
}

/** While there are no keys yet. */
const FIRST_RETRY_MS = 2_000;

export interface KeySet extends AsyncDisposable {
  readonly key: JWTVerifyGetKey;
  /** Whether keys have ever been read: without any, a token can be neither accepted nor refused. */
  readonly loaded: boolean;
}

/**
 * The issuer's public keys. They are kept until newer ones have been read, however long the issuer is away; a key
 * that it withdraws is gone with the next refresh, a key that it adds is fetched when a token first names it.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  const { url, logger, refreshMs = 300_000, cooldownMs = 10_000 } = options;
  const keys = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: cooldownMs,
    timeoutDuration: 5_000,
  });
  let failures = 0;
  let hasWarned = false;
  let timer: NodeJS.Timeout | undefined;
  let isDisposed = false;
  const isLoaded = () => keys.jwks() !== undefined;
  // The issuer may well start at the same time as we do: its first absence is no news.
  const patience = () => (isLoaded() ? 1 : 5);

  async function refresh(): Promise<void> {
    try {
      await keys.reload();
      if (hasWarned) logger.info('reads the token keys again');
      hasWarned = false;
      failures = 0;
    } catch (error) {
      failures++;
      const { message } = error as Error;
      if (failures >= patience() && !hasWarned) {
        logger.warn({ reason: message }, 'cannot read the token keys');
        hasWarned = true;
      }
    }
    if (!isDisposed)
      timer = setTimeout(() => void refresh(), isLoaded() ? refreshMs : FIRST_RETRY_MS).unref();
  }

  void refresh();
  return {
    key: keys,
    get loaded() {
      return isLoaded();
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      clearTimeout(timer);
    },
  };
}
