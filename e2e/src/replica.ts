import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createIdentityVerifier } from '@tributary/identity';
import { runService, serviceVariables } from '@tributary/service';
import { startSubgraph } from '@tributary/subgraph';

/** A replica of the subgraph SUBGRAPH, which serves SCHEMA_FILE without resolvers: each field is null. */
const { SUBGRAPH: name = '', SCHEMA_FILE = '' } = process.env;
const schema = pathToFileURL(SCHEMA_FILE);

await runService<ReturnType<typeof serviceVariables>, object>({
  name,
  env: process.env,
  variables: (production) => serviceVariables({ name, port: 0, production }),
  migrations: new URL('../../services/loyalty/migrations/', import.meta.url),
  schema,
  seed: async () => {},
  async start({ environment: { GATEWAY_JWKS }, telemetry, stack, listen }) {
    const verifier = createIdentityVerifier({ jwks: GATEWAY_JWKS, issuers: ['gateway'], audience: name });
    const typeDefs = readFileSync(schema, 'utf8');
    return stack.use(
      await startSubgraph({
        name,
        typeDefs,
        resolvers: {},
        createContext: () => ({}),
        verifier,
        telemetry,
        ...listen,
      }),
    );
  },
});
