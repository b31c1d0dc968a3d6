export { faultsTogether } from './faults-together.ts';
export { EnvironmentError, parseEnvironment } from './parse-environment.ts';
export {
  databaseUrl,
  flag,
  host,
  httpUrl,
  jwks,
  logLevel,
  milliseconds,
  nodeEnvironment,
  port,
  positiveInteger,
  privateJwk,
} from './variables.ts';
