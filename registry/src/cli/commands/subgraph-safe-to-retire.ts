import { setTimeout as sleep } from 'node:timers/promises';
import { digest } from '../../contract/names.ts';
import type { RetirementStatus } from '../../contract/releases.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { badInput, parseWhole } from '../parse-command.ts';
import { subgraphPath } from './subgraph-path.ts';

const ASK_EVERY_MS = 1_000;

export const subgraphSafeToRetire: Command = {
  name: 'subgraph safe-to-retire',
  summary: 'says whether any gateway still needs a subgraph, or one revision of it',
  positionals: ['<subgraph>'],
  options: { revision: { type: 'string' }, wait: { type: 'string' } },
  optionHelp: [
    '--revision <digest>  only this revision',
    '--wait <s>           how long to wait until it is safe, default 0',
  ],
  async run({ positionals: [subgraph = ''], options, environment, client }) {
    const revision = options.text('revision');
    if (revision !== undefined && !digest.safeParse(revision).success) {
      throw badInput('--revision has 64 hexadecimal digits.');
    }
    const waitMs = parseWhole(options.text('wait') ?? '0', '--wait', 0, 86_400) * 1_000;
    const query = revision === undefined ? '' : `?revision=${revision}`;
    const path = `${subgraphPath(environment, subgraph)}/retirement${query}`;
    const begin = performance.now();
    const ask = () => client.json<RetirementStatus>({ method: 'GET', path });
    let status = await ask();
    while (!status.safeToRetire && performance.now() - begin < waitMs) {
      await sleep(ASK_EVERY_MS);
      status = await ask();
    }
    const what = revision === undefined ? subgraph : `${subgraph} ${revision.slice(0, 12)}`;
    return {
      exitCode: status.safeToRetire ? EXIT.ok : EXIT.checkFailed,
      summary: `${what} is ${status.safeToRetire ? '' : 'not '}safe to retire from ${environment}`,
      lines: status.reasons,
      findings: [],
      data: status,
    };
  },
};
