import type { ColumnType, Generated } from 'kysely';

/** The tables of migrations/, as Kysely sees them. */
export interface UsersSchema {
  user_account: {
    id: string;
    email: string;
    display_name: string;
    password_hash: string;
    roles: Generated<string[]>;
    created_at: Generated<Date>;
  };
  signing_key: {
    kid: string;
    public_jwk: ColumnType<PublicJwk, string, never>;
    sealed_private_key: Buffer;
    created_at: Date;
    signs_from: Date;
    longest_token_s: number;
  };
  sign_in_attempt: {
    address_hash: Buffer;
    attempts: number;
    window_ends_at: Date;
  };
}

/** A public signing key as it stands in the JWKS. */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: string;
  readonly use: 'sig';
  readonly [parameter: string]: unknown;
}
