-- Requests that say where an arm is slow. The default is for registries that do not know the column: it came while they ran,
-- or they are back after a rollback.
alter table arm_operation
  -- [{ms, traceId, subgraph, coordinate}], three at most, the slowest first.
  add column slowest jsonb not null default '[]';
