alter table environment
  -- Rises with every change of what its gateways are to serve.
  add column sequence bigint not null default 0,
  -- Who is in the share of a canary goes by it: another one for each canary, so that it is not always the same users.
  add column salt text not null default '';

alter table release
  -- Of the traffic, in percent, while it is a canary.
  add column share integer not null default 0 check (share between 0 and 100),
  -- By the clock of the database, as leases are: those of registries may differ.
  add column state_since timestamptz(3) not null default clock_timestamp(),
  -- The environment's sequence when it last became live; null if it never was. The way back goes by it.
  add column live_sequence bigint,
  -- Why it went back, or was given up.
  add column report jsonb;

create unique index release_canary on release (environment) where state = 'canary';
create index release_waiting on release (environment, number) where state = 'waiting';

-- Subgraphs whose replicas have ever told what they serve.
create table attesting_subgraph (
  environment text collate "C" not null references environment (name),
  subgraph text collate "C" not null,
  primary key (environment, subgraph)
);

-- A replica and the SDL that it serves. A lease by the clock of the database.
create table attestation (
  environment text collate "C" not null,
  subgraph text collate "C" not null,
  replica text collate "C" not null,
  digest text not null,
  seen_at timestamptz(3) not null,
  primary key (environment, subgraph, replica),
  foreign key (environment, subgraph) references attesting_subgraph (environment, subgraph)
);

create index attestation_by_age on attestation (seen_at);

alter table token drop constraint token_role_check;
alter table token add constraint token_role_check
  check (role in ('admin', 'publisher', 'checker', 'gateway', 'subgraph', 'reader'));
