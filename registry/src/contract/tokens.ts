import { z } from 'zod';
import { environmentName, subgraphName } from './names.ts';

/** POST /v1/tokens */
export const createTokenBody = z.strictObject({
  /** Who or what holds it: it stands in the audit log. */
  name: z
    .string()
    .regex(
      /^[\w.@:/ -]{1,100}$/,
      'a token is named by 1 to 100 letters, digits, spaces and any of . @ : / _ -',
    ),
  role: z.enum(['admin', 'publisher', 'checker', 'gateway', 'subgraph', 'reader', 'app']),
  /** All of them when left out. */
  subgraphs: z.array(subgraphName).min(1).max(200).optional(),
  environments: z.array(environmentName).min(1).max(50).optional(),
});
export type CreateTokenBody = z.input<typeof createTokenBody>;

/** The only answer that ever holds the token. */
export interface CreatedToken {
  readonly id: string;
  readonly token: string;
}

/** GET /v1/tokens */
export interface TokenList {
  readonly tokens: readonly ListedToken[];
}

export interface ListedToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly subgraphs: readonly string[] | null;
  readonly environments: readonly string[] | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}
