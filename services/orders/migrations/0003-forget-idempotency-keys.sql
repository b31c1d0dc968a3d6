-- The age of a key is the database's to tell: a replica whose clock is ahead must not forget a key that is still young.
alter table idempotency_key alter column created_at set default now();

-- Where the oldest keys are.
create index idempotency_key_age on idempotency_key (created_at);
