import { hash } from 'node:crypto';
import type { SignedNotice } from './sign-notice.ts';

/** Of the signature too: who has the same notice, signed with a key that is being retired, needs the new one on disk. */
export function etagOf({
  body,
  signature,
}: Pick<SignedNotice, 'signature'> & { body: string | Uint8Array }): string {
  return `"${hash('sha256', Buffer.concat([Buffer.from(`${signature}\n`), Buffer.from(body)]), 'hex')}"`;
}
