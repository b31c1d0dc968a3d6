import { hash } from 'node:crypto';
import { parse, print } from 'graphql';

/** As a registry knows a revision: of the SDL as it is printed, so that comments and layout make no difference. SHA-256. */
export function schemaDigest(sdl: string): string {
  return hash('sha256', print(parse(sdl, { noLocation: true })), 'hex');
}
