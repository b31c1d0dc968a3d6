-- A gateway process, alive while it was seen lately by the clock of this database.
create table gateway_lease (
  environment text collate "C" not null references environment (name),
  gateway text collate "C" not null,
  seen_at timestamptz(3) not null,
  -- Digests of all generations that still answer requests there, the retired ones included.
  serves text[] not null,
  -- Of its newest report that has been counted: one that comes twice is counted once.
  report bigint not null,
  primary key (environment, gateway)
);

-- What each arm of a canary did, operation by operation, summed over all gateways. Each step of the share counts on its own.
create table arm_operation (
  environment text collate "C" not null,
  -- The canary's number, for both arms.
  release integer not null,
  share integer not null,
  arm text not null check (arm in ('live', 'canary')),
  -- SHA-256 of the normalised document; empty for those beyond the bound of a report.
  operation text not null,
  name text,
  requests bigint not null,
  errors bigint not null,
  -- Requests per bucket of time, the fastest first.
  latency bigint[] not null,
  -- [{coordinate, subgraph, code, count, traceIds}], the most frequent first.
  failures jsonb not null,
  primary key (environment, release, share, arm, operation),
  foreign key (environment, release) references release (environment, number)
);

-- The same in time, for charts.
create table arm_bin (
  environment text collate "C" not null,
  release integer not null,
  arm text not null check (arm in ('live', 'canary')),
  -- Begin of five seconds.
  at timestamptz(3) not null,
  requests bigint not null,
  errors bigint not null,
  primary key (environment, release, arm, at),
  foreign key (environment, release) references release (environment, number)
);
