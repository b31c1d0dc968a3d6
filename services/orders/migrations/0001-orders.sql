create table product (
  -- Compared byte by byte: the catalogue's pages have one order on every server.
  sku text collate "C" primary key,
  title text not null,
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  stock integer not null check (stock >= 0)
);

-- Begins where the numbers of demo orders end, so the two never ask for the same one. Always nine digits.
create sequence order_number minvalue 210000000 maxvalue 999999999;

create table customer_order (
  id uuid primary key,
  number text not null unique default 'T-' || nextval('order_number'),
  user_id uuid not null,
  status text not null check (status in ('PLACED', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
  -- Milliseconds, as JavaScript has them: a page's cursor must name the very instant that the row holds.
  placed_at timestamptz(3) not null,
  cancelled_at timestamptz(3),
  total_minor bigint not null check (total_minor >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  check ((status = 'CANCELLED') = (cancelled_at is not null))
);

-- The order of User.orders, read backwards; the id breaks ties.
create index customer_order_page on customer_order (user_id, placed_at, id);

-- Titles and prices are copies: there is deliberately no foreign key to product.
create table order_line (
  order_id uuid not null references customer_order (id),
  position smallint not null,
  sku text not null,
  title text not null,
  quantity smallint not null check (quantity between 1 and 99),
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  primary key (order_id, position)
);

-- Written before anything else of its transaction: a second request with the key waits here for the first to end.
create table idempotency_key (
  user_id uuid not null,
  key text not null,
  fingerprint text not null,
  order_id uuid not null references customer_order (id) deferrable initially deferred,
  created_at timestamptz(3) not null,
  primary key (user_id, key)
);

-- How far the demo data has got: one row in a database that was seeded, none in any other.
create table seed (
  scale text primary key,
  seeded_orders integer not null
);
