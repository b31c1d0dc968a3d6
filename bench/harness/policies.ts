import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `bare` has the limits on operations out of the way, `secure` has the defaults; and who speaks with the subgraphs. */
export type PolicyName = 'bare-undici' | 'bare-lean' | 'secure-lean';

/** Writes the policy files and gives their paths. */
export async function writePolicies(folder: string): Promise<Readonly<Record<PolicyName, string>>> {
  const write = async (name: PolicyName, text: string) => {
    const path = join(folder, `${name}.yaml`);
    await writeFile(path, text);
    return path;
  };
  return {
    'bare-undici': await write('bare-undici', `${COMMON}${NO_LIMITS}${traffic('undici')}`),
    'bare-lean': await write('bare-lean', `${COMMON}${NO_LIMITS}${traffic('lean')}`),
    'secure-lean': await write('secure-lean', `${COMMON}${traffic('lean')}`),
  };
}

// Private:

// The load saturates every gateway on purpose; one that refuses the rest of it could not be compared, so here any wait is
// fine. Times of subgraphs are off in production, but introspection, which one scenario needs, would bring them back.
const COMMON = `headers:
  forward: [authorization]
overload:
  targetDelayMs: 60000
responses:
  subgraphTimings: false
`;

const NO_LIMITS = `limits:
  tokens: 1000000
  depth: 1000000
  aliases: 1000000
  rootFields: 1000000
  fields: 1000000
`;

function traffic(httpClient: 'undici' | 'lean'): string {
  return `traffic:
  httpClient: ${httpClient}
`;
}
