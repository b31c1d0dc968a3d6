// In: a registry, an environment and its public keys. Out: what to serve, proven; the last good one while the registry is away.
export { createSupergraphSource } from './create-supergraph-source.ts';
export {
  createGatewayReporter,
  type GatewayReporter,
  type GatewayReporterOptions,
} from './gateway-reporter.ts';
export { createReportSender } from './report-to-registry.ts';
export { assertOneSupergraph, type SupergraphSettings } from './settings.ts';
