import type { GraphQLRequest } from '../scenarios/scenario.ts';
import type { GatewayInputs, GatewayKind } from './gateway-kinds.ts';
import { toBody } from './load.ts';
import { type ProcessUsage, readUsage } from './process-usage.ts';
import { spawnUntil } from './spawn-until.ts';

export interface RunningGateway extends AsyncDisposable {
  readonly kind: GatewayKind;
  readonly port: number;
  usage(): ProcessUsage;
  ask(request: GraphQLRequest): Promise<string>;
}

/** A process of its own with a production environment and nothing of the caller's Node options. */
export async function startGatewayProcess(
  kind: GatewayKind,
  inputs: GatewayInputs,
  nodeOptions: readonly string[] = [],
): Promise<RunningGateway> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const gateway = await spawnUntil({
    command: kind.node ?? process.execPath,
    arguments: [...(kind.nodeArguments ?? []), ...nodeOptions, kind.file],
    env: { ...inherited, NODE_ENV: 'production', ...kind.env(inputs) },
    ready: /"url":"(http:\/\/[^"/]+:(\d+)[^"]*)"/,
  });
  const port = Number(gateway.match[2]);
  return {
    kind,
    port,
    usage: () => readUsage(gateway.pid),
    ask: async (request) => {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: 'Bearer bench',
        },
        body: toBody(request),
      });
      if (response.status !== 200)
        throw new Error(`${kind.name} answers ${response.status}: ${await response.text()}`);
      return response.text();
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}
