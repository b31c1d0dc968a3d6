/** `npm start`: the whole platform on this machine, with demo data. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnvironment } from '@tributary/environment';
import { generateIdentityKeys } from '@tributary/identity';
import { formatBanner } from './banner.ts';
import { STDOUT_COLORS as colors } from './colors.ts';
import { localEnvironment } from './environment.ts';
import type { ProcessEnd } from './fleet.ts';
import { graphiqlHeadersPath, writeGraphiqlHeaders } from './graphiql-headers.ts';
import { planProcesses } from './process-plans.ts';
import { openRegistryAccess } from './registry-access.ts';
import { runFleet } from './run-fleet.ts';
import { createScreen } from './screen.ts';
import { signIn } from './sign-in.ts';
import { stopWithNpm } from './stop-with-npm.ts';
import { describeTakenPorts, findTakenPorts, portNeeds } from './taken-ports.ts';
import { createTopology, stateDirectory } from './topology.ts';
import { waitUntilServed } from './wait-until-served.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

// Whoever read the output has left (`npm start | head`): that is no reason to stop what others use.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const end = await run();
  if (end !== undefined) fail(describeEnd(end));
  process.exit(0);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

// Private:

async function run(): Promise<ProcessEnd | undefined> {
  const settings = parseEnvironment(localEnvironment, process.env);
  const topology = createTopology(settings.TRIBUTARY_PORT_OFFSET);
  const taken = await findTakenPorts(portNeeds(topology));
  if (taken.length > 0) throw new Error(describeTakenPorts(taken));

  const directory = settings.TRIBUTARY_DIRECTORY ?? stateDirectory(root, settings.TRIBUTARY_PORT_OFFSET);
  mkdirSync(directory, { recursive: true });
  const [gatewayKeys, ordersKeys] = await Promise.all([
    generateIdentityKeys('gateway-local'),
    generateIdentityKeys('orders-local'),
  ]);
  const registryAccess = openRegistryAccess(directory);
  const screen = createScreen(process.stdout);
  stopWithNpm(process);
  return runFleet({
    plans: planProcesses({
      root,
      stateDirectory: directory,
      topology,
      settings,
      gatewayKeys,
      ordersKeys,
      registryAccess,
      inherited: process.env,
    }),
    screen,
    colors,
    signals: process,
    exitAtOnce: () => process.exit(1),
    onReady: async (signal) => {
      await waitUntilServed({ topology, token: registryAccess.adminToken, signal });
      const graphqlUrl = topology.urlOf('gateway', '/graphql');
      const token = await signIn(graphqlUrl);
      writeGraphiqlHeaders(graphiqlHeadersPath(directory), token);
      const banner = formatBanner(
        {
          graphqlUrl,
          graphiqlUrl: topology.urlOf('gateway', '/'),
          token,
          query: readFileSync(join(root, 'queries', 'home.graphql'), 'utf8'),
          otlpEndpoint:
            settings.OTEL_SDK_DISABLED === 'true' ? undefined : settings.OTEL_EXPORTER_OTLP_ENDPOINT,
          readyAfterMs: performance.now(),
        },
        colors,
      );
      screen.line(banner);
    },
  });
}

function describeEnd({ name, reason, lastWords }: ProcessEnd): string {
  return `${name} ended with ${reason}, so all were stopped${lastWords === undefined ? '' : `: ${lastWords}`}`;
}

function fail(message: string): never {
  console.error(colors.red(`tributary: ${message}`));
  process.exit(1);
}
