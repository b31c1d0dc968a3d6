import type { RaiseSequenceAnswer, RaiseSequenceBody } from '../../contract/sequence.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { parseWhole } from '../parse-command.ts';
import { environmentPath } from './subgraph-path.ts';

export const releaseRaiseSequence: Command = {
  name: 'release raise-sequence',
  summary: 'lets gateways follow a registry that was restored from a backup',
  positionals: [],
  options: { above: { type: 'string' } },
  optionHelp: [
    '--above <n>  what gateways know, as they log it when they refuse a delivery (check: replay);',
    '             left out: 1000 more than the registry has',
  ],
  async run({ options, environment, client }) {
    const above = options.text('above');
    const body: RaiseSequenceBody = {
      above: above === undefined ? undefined : parseWhole(above, '--above', 0, 999_999_999),
    };
    const path = `${environmentPath(environment)}/sequence`;
    const answer = await client.json<RaiseSequenceAnswer>({ method: 'POST', path, body });
    return {
      exitCode: EXIT.ok,
      summary: answer.changed
        ? `raised the sequence of ${environment} from ${answer.before} to ${answer.sequence}`
        : `the sequence of ${environment} is ${answer.sequence} already: nothing was changed`,
      findings: [],
      data: answer,
    };
  },
};
