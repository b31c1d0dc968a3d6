-- What is known of a canary, kept between looks: whichever registry looks next goes on from here.
create table canary_watch (
  environment text collate "C" not null,
  release integer not null,
  -- By the clock of the database.
  looked_at timestamptz(3) not null,
  -- Counts that were seen and evidence that was gathered; null once the canary has ended.
  watch jsonb,
  -- What it amounts to, for people.
  status jsonb not null,
  primary key (environment, release),
  foreign key (environment, release) references release (environment, number)
);

-- The shares that it had, for its chart.
create table canary_step (
  environment text collate "C" not null,
  release integer not null,
  share integer not null,
  at timestamptz(3) not null,
  primary key (environment, release, share),
  foreign key (environment, release) references release (environment, number)
);

-- Checks of the last weeks, as the page lists them.
create table past_check (
  id bigint generated always as identity primary key,
  environment text collate "C" not null references environment (name),
  subgraph text collate "C" not null,
  at timestamptz(3) not null,
  actor text not null,
  passed boolean not null,
  errors integer not null,
  warnings integer not null,
  -- The first findings of each kind, in words.
  findings jsonb not null
);

create index past_check_by_time on past_check (environment, at);
