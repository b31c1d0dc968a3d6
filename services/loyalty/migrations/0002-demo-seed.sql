-- Which demo data is in. Written in the transaction that brings the data: half a seed never counts as done.
create table demo_seed (
  scale text primary key,
  seeded_at timestamptz(3) not null default now()
);
