/**
 * The port for operators of one process, apart from the one that serves traffic.
 *
 * In: probes and scrapes. Out: `/health/live`, `/health/ready`, `/metrics`, and what routes the process adds.
 */
export {
  type AdminRoute,
  type AdminServer,
  type AdminServerOptions,
  startAdminServer,
} from './admin-server.ts';
export type { Readiness } from './readiness.ts';
export { createReadiness, type ReadinessSwitch } from './readiness-switch.ts';
