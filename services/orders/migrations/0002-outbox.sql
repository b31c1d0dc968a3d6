-- Events of committed orders that the receiver has not confirmed yet. Empty when all is well.
create table outbox (
  -- Within one order the sequence is the order of commits: each change of an order holds its row lock.
  sequence bigint generated always as identity primary key,
  event_id uuid not null unique,
  order_id uuid not null,
  event jsonb not null,
  traceparent text,
  created_at timestamptz(3) not null,
  attempts integer not null default 0,
  -- When a worker may take the row: at once, after the back-off, or when the lease of a worker that died runs out.
  due_at timestamptz(3) not null,
  -- The lease that holds the row. Only its holder may settle the row, however late it comes back.
  lease uuid
);

create index outbox_due on outbox (due_at);
create index outbox_of_order on outbox (order_id, sequence);

-- Events that were refused, or failed too often; a person looks at them and replays them.
create table dead_letter (
  event_id uuid primary key,
  order_id uuid not null,
  event jsonb not null,
  traceparent text,
  created_at timestamptz(3) not null,
  attempts integer not null,
  reason text not null,
  died_at timestamptz(3) not null
);
