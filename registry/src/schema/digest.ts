import { hash } from 'node:crypto';
import type { Member } from './member.ts';

export function textDigest(text: string): string {
  return hash('sha256', text, 'hex');
}

/** Of all that composition reads. The order in which members come does not matter to it, and not here. */
export function inputsDigest(
  members: readonly (Omit<Member, 'sdl'> & { readonly digest: string })[],
): string {
  const lines = members.map(({ name, routingUrl, digest }) => JSON.stringify([name, routingUrl, digest]));
  return textDigest([COMPOSER, ...lines.sort()].join('\n'));
}

/** Another composer may compose the same subgraphs to another supergraph. */
const COMPOSER = '@apollo/composition 2.14.4';
