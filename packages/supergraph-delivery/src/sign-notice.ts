import { createPrivateKey, sign } from 'node:crypto';
import type { DeliveryNotice } from './notice.ts';
import { assertEd25519, type NamedKey } from './signing-keys.ts';

/** `<kid> <signature>`: base64url, Ed25519, over the bytes of the body. */
export const SIGNATURE_HEADER = 'tributary-signature';

export interface SignedNotice {
  /** The exact bytes that are signed. */
  readonly body: string;
  readonly signature: string;
}

export interface NoticeSigner {
  sign(notice: DeliveryNotice): SignedNotice;
}

/** @throws TypeError on a key that is no private Ed25519 key, or whose name no header can hold. */
export function createNoticeSigner(privateJwk: NamedKey): NoticeSigner {
  assertEd25519(privateJwk, 'A signing key');
  if (!/^[\x21-\x7e]+$/.test(privateJwk.kid)) {
    throw new TypeError('The kid of a signing key has only visible ASCII characters');
  }
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  return {
    sign({ environment, sequence, salt, live, canary }) {
      const body = JSON.stringify({ environment, sequence, salt, live, canary });
      const signature = sign(null, Buffer.from(body), key).toString('base64url');
      return { body, signature: `${privateJwk.kid} ${signature}` };
    },
  };
}
