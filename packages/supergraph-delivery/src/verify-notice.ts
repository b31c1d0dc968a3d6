import { createPublicKey, verify } from 'node:crypto';
import { DeliveryRefused } from './delivery-refused.ts';
import { type DeliveryNotice, deliveryNotice, digestOf } from './notice.ts';
import { assertEd25519, type PublicKeySet } from './signing-keys.ts';

export interface NoticeVerifier {
  /** @throws DeliveryRefused */
  verify(body: Uint8Array, signature: string | undefined): DeliveryNotice;
}

export interface NoticeVerifierOptions {
  readonly publicKeySet: PublicKeySet;
  /** A notice that was signed for another one is refused. */
  readonly environment: string;
}

/** @throws TypeError on a key that is not Ed25519. */
export function createNoticeVerifier({ publicKeySet, environment }: NoticeVerifierOptions): NoticeVerifier {
  const keys = new Map(
    publicKeySet.keys.map((jwk) => {
      assertEd25519(jwk, 'A public key of a registry');
      return [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })];
    }),
  );
  return {
    verify(body, signature) {
      const [kid = '', value = ''] = (signature ?? '').split(' ');
      if (value === '') throw new DeliveryRefused('signature', 'it is not signed');
      const key = keys.get(kid);
      if (key === undefined)
        throw new DeliveryRefused('signature', 'it is signed with a key that is not known here');
      if (!verify(null, body, key, Buffer.from(value, 'base64url'))) {
        throw new DeliveryRefused('signature', `it does not match the signature of ${kid}`);
      }
      const notice = parseNotice(body);
      if (notice.environment !== environment) {
        throw new DeliveryRefused(
          'environment',
          `it is meant for ${notice.environment}, not for ${environment}`,
        );
      }
      return notice;
    },
  };
}

/** @throws DeliveryRefused unless these bytes are what the digest names. */
export function assertArtefact(supergraphSdl: string, digest: string): void {
  const actual = digestOf(supergraphSdl);
  if (actual !== digest) {
    throw new DeliveryRefused('digest', `the supergraph that came for ${digest} is ${actual}`);
  }
}

// Private:

/** Only after its signature was found good. */
function parseNotice(body: Uint8Array): DeliveryNotice {
  try {
    return deliveryNotice.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  } catch (cause) {
    throw new DeliveryRefused('format', 'it is signed, but this gateway does not understand it', { cause });
  }
}
