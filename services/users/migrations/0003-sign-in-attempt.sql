-- How often an address was tried lately. The key is a hash: addresses that have no account are not collected here.
CREATE TABLE sign_in_attempt (
  address_hash bytea PRIMARY KEY,
  attempts integer NOT NULL,
  window_ends_at timestamptz NOT NULL
);

CREATE INDEX sign_in_attempt_window_ends_at ON sign_in_attempt (window_ends_at);
