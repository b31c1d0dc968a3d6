CREATE TABLE user_account (
  id uuid PRIMARY KEY,
  -- Normalised before it gets here (src/domain/email.ts), so that plain equality finds it and one address is one account.
  email text NOT NULL CONSTRAINT user_account_email_key UNIQUE CHECK (email = lower(email)),
  display_name text NOT NULL,
  -- A PHC string: its parameters travel with it, so that they can be raised without a migration.
  password_hash text NOT NULL,
  roles text[] NOT NULL DEFAULT '{}',
  -- Milliseconds, as cursors carry them: with PostgreSQL's microseconds a keyset page would skip or repeat rows.
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE INDEX user_account_created_at_id ON user_account (created_at, id);
