import type { Logger } from '@tributary/telemetry';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';

export interface KeySetOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly refreshMs?: number;
  /** After a fetch, unknown key ids cause no other one for so long: forged ids must not become traffic. */
  readonly cooldownMs?: number;
}

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
  let away = false;

  async function refresh(): Promise<void> {
    try {
      await keys.reload();
      if (away) logger.info('reads the token keys again');
      away = false;
    } catch (error) {
      const { message } = error as Error;
      if (!away) logger.warn({ reason: message }, 'cannot read the token keys, the last ones stay in use');
      away = true;
    }
  }

  void refresh();
  const timer = setInterval(() => void refresh(), refreshMs).unref();
  return {
    key: keys,
    get loaded() {
      return keys.jwks() !== undefined;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
    },
  };
}
