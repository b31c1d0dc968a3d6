import { hash, timingSafeEqual } from 'node:crypto';

/** Compares in a time that tells nothing of the token, its length included. */
export function bearerCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const [, given] = /^bearer +(.+)$/i.exec(authorization ?? '') ?? [];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
