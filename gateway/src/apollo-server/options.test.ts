import { expect, it } from 'vitest';
import { TributaryGateway, type TributaryGatewayOptions } from './index.ts';
import { readPolicy } from './options.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';

const supergraphSdl = 'the text of a supergraph';
const create = (options: object) => new TributaryGateway(options as TributaryGatewayOptions);

it.each([
  [{ serviceList: [] }, 'set supergraphSdl to new IntrospectAndCompose({ subgraphs })'],
  [{ localServiceList: [] }, 'set supergraphSdl to new LocalCompose({ localServiceList })'],
  [{ supergraphSdl, uplinkEndpoints: [] }, 'set supergraphSdl to new UplinkSupergraphManager('],
  [{ supergraphSdl, experimental_didResolveQueryPlan: () => {} }, 'apollo-query-plan-experimental'],
  [{}, 'does not fetch from Apollo GraphOS by itself'],
  [{ supergraphSdl: 1 }, 'must be the text of a supergraph, a function, or an object with initialize()'],
  [{ supergraphSdl, policy: { traffic: { timeoutMs: 0 } } }, 'traffic.timeoutMs'],
  [{ supergraphSdl, policy: { limits: {} } }, 'limits'],
  [{ supergraphSdl, policy: { headers: { forward: ['content-length'] } } }, 'cannot be forwarded'],
])('refuses %o and says what leads to the same', (options, message) => {
  expect(() => create(options)).toThrow(message);
});

it('warns of options that it has no use for', () => {
  const logger = createRecordingLogger();
  create({ supergraphSdl, logger, queryPlannerConfig: {}, validateSupergraph: true });
  expect(logger.lines).toEqual([
    'TributaryGateway has no use for the option queryPlannerConfig and ignores it',
    'TributaryGateway has no use for the option validateSupergraph and ignores it',
  ]);
});

it('takes the size of the plan store in ApolloGateway’s words', () => {
  const { planning } = readPolicy({ supergraphSdl, experimental_approximateQueryPlanStoreMiB: 8 });
  expect(planning.cacheBytes).toBe(8 * 1024 * 1024);
});
