/**
 * The process around a subgraph with a database. In: the environment, migrations, a seed and a way to start serving.
 * Out: a process that reports its faults at once, tells when it is ready, and ends in order.
 */
export {
  type RunningService,
  runService,
  type Seeding,
  type ServiceDefinition,
  type ServiceParts,
} from './run-service.ts';
export { type ServiceEnvironment, serviceVariables } from './variables.ts';
