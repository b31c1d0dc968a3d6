CREATE TABLE signing_key (
  -- The public key's RFC 7638 thumbprint.
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  -- AES-256-GCM under SIGNING_KEY_SECRET (src/tokens/seal.ts): a stolen database dump cannot sign.
  sealed_private_key bytea NOT NULL,
  created_at timestamptz(3) NOT NULL,
  -- Published from created_at on, signs from here on until the next key does.
  signs_from timestamptz(3) NOT NULL,
  -- The longest life of a token this key may have signed: how long the key stays published after its successor took over.
  longest_token_s integer NOT NULL CHECK (longest_token_s > 0)
);
