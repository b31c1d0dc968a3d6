create table environment (
  name text collate "C" primary key,
  created_at timestamptz(3) not null,
  -- Of its newest release; 0 before the first.
  releases integer not null default 0
);

-- What somebody published. Never changed, never deleted.
create table revision (
  id uuid primary key,
  subgraph text collate "C" not null,
  -- Of the canonical SDL: what replicas attest that they serve.
  digest text not null,
  -- As it was published, comments included: findings name its lines.
  sdl text not null,
  routing_url text not null,
  commit_id text,
  author text not null,
  created_at timestamptz(3) not null
);

create index revision_by_subgraph on revision (subgraph, created_at);

-- Content-addressed: the digest is that of the supergraph's SDL, so a release has one digest in every environment.
create table composition (
  digest text primary key,
  supergraph_sdl text not null,
  api_sdl text not null,
  hints jsonb not null,
  created_at timestamptz(3) not null
);

-- What has been composed before: names, routing URLs and canonical SDL of all subgraphs, as one digest.
create table composition_input (
  digest text primary key,
  composition text not null references composition (digest)
);

create table release (
  environment text collate "C" not null references environment (name),
  number integer not null,
  composition text not null references composition (digest),
  state text not null
    check (state in ('waiting', 'canary', 'live', 'superseded', 'rolled-back', 'refused')),
  -- What made it: a publish or a retirement of this subgraph, or a promotion.
  cause text not null check (cause in ('publish', 'retire', 'promote', 'rollback')),
  subgraph text collate "C",
  revision uuid references revision (id),
  rollout_notes text,
  rollback_notes text,
  created_at timestamptz(3) not null,
  primary key (environment, number)
);

create unique index release_live on release (environment) where state = 'live';
create index release_by_composition on release (environment, composition, number);

create table release_member (
  environment text collate "C" not null,
  number integer not null,
  subgraph text collate "C" not null,
  revision uuid not null references revision (id),
  primary key (environment, number, subgraph),
  foreign key (environment, number) references release (environment, number)
);

create table token (
  id text primary key,
  name text not null,
  role text not null check (role in ('admin', 'publisher', 'checker', 'gateway', 'reader')),
  -- Null: all of them.
  subgraphs text[],
  environments text[],
  -- SHA-256 of 32 random bytes: a slow hash protects guessable secrets, which these are not.
  secret_hash text not null,
  created_by text not null,
  created_at timestamptz(3) not null,
  revoked_by text,
  revoked_at timestamptz(3)
);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz(3) not null,
  actor text not null,
  token text,
  action text not null,
  environment text collate "C",
  subgraph text collate "C",
  digest text,
  detail jsonb not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed', tg_table_name;
end
$$;

create trigger audit_is_append_only before update or delete or truncate on audit
  for each statement execute function refuse_change();
create trigger revision_is_append_only before update or delete or truncate on revision
  for each statement execute function refuse_change();
create trigger composition_is_append_only before update or delete or truncate on composition
  for each statement execute function refuse_change();
