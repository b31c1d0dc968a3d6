import type pg from 'pg';
import { Gauge, Histogram, type Registry } from 'prom-client';

/**
 * Registers the database's metrics: db_client_operation_duration_seconds by operation (the SQL verb), and
 * db_client_connections_used and _waiting, read from the pool at each scrape. Returns the duration's observer.
 */
export function registerDatabaseMetrics(
  registry: Registry,
  pool: pg.Pool,
): (operation: string, seconds: number) => void {
  const duration = new Histogram({
    name: 'db_client_operation_duration_seconds',
    help: 'Time from sending a SQL statement to having its whole result.',
    labelNames: ['operation'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  new Gauge({
    name: 'db_client_connections_used',
    help: 'Connections of the pool that a statement or transaction holds now.',
    registers: [registry],
    collect() {
      this.set(pool.totalCount - pool.idleCount);
    },
  });
  new Gauge({
    name: 'db_client_connections_waiting',
    help: 'Statements and transactions that wait for a connection now.',
    registers: [registry],
    collect() {
      this.set(pool.waitingCount);
    },
  });
  return (operation, seconds) => duration.observe({ operation }, seconds);
}
