import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps private keys unreadable at rest. A sealed text opens only under the same secret and the same label. */
export interface Seal {
  seal(plaintext: string, label: string): Buffer;
  /** Throws when the secret or label is another one, or a byte was changed. */
  open(sealed: Buffer, label: string): string;
}

// Layout: version, salt, nonce, tag, ciphertext. The version leaves room to change the rest.
const VERSION = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + SALT_BYTES + NONCE_BYTES + TAG_BYTES;

export function createSeal(secret: string): Seal {
  return {
    seal(plaintext, label) {
      const salt = randomBytes(SALT_BYTES);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', toKey(secret, salt), nonce);
      cipher.setAAD(Buffer.from(label));
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), salt, nonce, cipher.getAuthTag(), ciphertext]);
    },
    open(sealed, label) {
      if (sealed.length < HEADER_BYTES || sealed[0] !== VERSION)
        throw new Error('Not a sealed text of version 1');
      const salt = sealed.subarray(1, 1 + SALT_BYTES);
      const nonce = sealed.subarray(1 + SALT_BYTES, 1 + SALT_BYTES + NONCE_BYTES);
      const tag = sealed.subarray(1 + SALT_BYTES + NONCE_BYTES, HEADER_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', toKey(secret, salt), nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(label));
      decipher.setAuthTag(tag);
      return decipher.update(sealed.subarray(HEADER_BYTES), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}

// A fresh key for each sealed text, so that no number of them can exhaust GCM's nonces. HKDF needs a secret with entropy of
// its own: the environment asks for 32 characters.
function toKey(secret: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, 'tributary users signing key', 32));
}
