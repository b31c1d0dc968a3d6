-- Reports of gateways that were counted: one that comes again is not counted again.
create table usage_report (
  environment text collate "C" not null references environment (name),
  id uuid not null,
  at timestamptz(3) not null,
  primary key (environment, id)
);

create index usage_report_by_time on usage_report (at);

-- Requests of each client (name and version as it says of itself) on a day, in UTC. Here and below a reference would be
-- looked up for each of thousands of rows of a report.
create table usage_client (
  environment text collate "C" not null,
  day date not null,
  client text collate "C" not null,
  version text collate "C" not null,
  requests bigint not null,
  primary key (environment, day, client, version)
);

-- Those of them that used a coordinate, with the endings of packages/operation-usage/src/input-use.ts.
create table usage_coordinate (
  environment text collate "C" not null,
  coordinate text collate "C" not null,
  day date not null,
  client text collate "C" not null,
  version text collate "C" not null,
  requests bigint not null,
  primary key (environment, coordinate, day, client, version)
);

create index usage_coordinate_by_day on usage_coordinate (day);

-- Operations that were seen, without any value that somebody wrote into them.
create table usage_document (
  environment text collate "C" not null references environment (name),
  hash text collate "C" not null,
  name text,
  body text not null,
  last_seen date not null,
  primary key (environment, hash)
);

create table usage_operation (
  environment text collate "C" not null,
  hash text collate "C" not null,
  day date not null,
  client text collate "C" not null,
  version text collate "C" not null,
  requests bigint not null,
  primary key (environment, hash, day, client, version),
  foreign key (environment, hash) references usage_document (environment, hash) on delete cascade
);

create index usage_operation_by_day on usage_operation (day);

-- What a version of an app may send. Its operations are never changed; retiring it takes them out of account.
create table app_manifest (
  environment text collate "C" not null references environment (name),
  app text collate "C" not null,
  version text collate "C" not null,
  -- Of all its operations.
  digest text not null,
  operations integer not null,
  created_by text not null,
  created_at timestamptz(3) not null,
  retired_by text,
  retired_at timestamptz(3),
  primary key (environment, app, version)
);

-- Versions of an app share most of their operations.
create table app_document (
  digest text primary key,
  body text not null
);

create table app_operation (
  environment text collate "C" not null,
  app text collate "C" not null,
  version text collate "C" not null,
  -- What the app sends in place of the operation.
  id text collate "C" not null,
  name text not null,
  document text not null references app_document (digest),
  primary key (environment, app, version, id),
  foreign key (environment, app, version) references app_manifest (environment, app, version)
);

-- `app` for the pipelines of apps.
alter table token drop constraint token_role_check;
alter table token add constraint token_role_check
  check (role in ('admin', 'publisher', 'checker', 'gateway', 'reader', 'subgraph', 'app'));
