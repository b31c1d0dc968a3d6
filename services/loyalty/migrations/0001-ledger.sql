-- An account is a row to lock: whoever changes a user's points holds it, so that nobody spends the same points twice.
create table loyalty_account (
  user_id uuid primary key
);

create table ledger_entry (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references loyalty_account,
  points integer not null,
  reason text not null,
  order_id uuid,
  event_id uuid,
  idempotency_key text,
  -- Milliseconds, as in cursors: a finer instant would be skipped or repeated between two pages.
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null default now(),

  constraint ledger_entry_kind check (
    case reason
      when 'ORDER_PLACED' then points >= 0
      when 'ORDER_CANCELLED' then points <= 0
      when 'REDEMPTION' then points < 0
      else false
    end
  ),
  constraint ledger_entry_origin check (
    case reason
      when 'REDEMPTION' then order_id is null and event_id is null
      else order_id is not null and event_id is not null and idempotency_key is null
    end
  ),
  -- Events arrive at least once; each is counted once.
  constraint ledger_entry_event_once unique (event_id),
  -- An order is placed once and cancelled once, even when two events say so.
  constraint ledger_entry_order_step_once unique (order_id, reason)
);

create unique index ledger_entry_redemption_once on ledger_entry (user_id, idempotency_key)
  where idempotency_key is not null;

-- One index serves a page of history and, alone, the sums of an account.
create index ledger_entry_history on ledger_entry (user_id, occurred_at desc, id desc) include (points, reason);

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % refused', tg_op
    using errcode = 'restrict_violation', hint = 'Append an entry that reverses the wrong one.';
end
$$;

create trigger ledger_entry_append_only
  before update or delete or truncate on ledger_entry
  for each statement execute function refuse_ledger_change();

-- Also for sessions that replay changes of another server, which skip ordinary triggers.
alter table ledger_entry enable always trigger ledger_entry_append_only;
