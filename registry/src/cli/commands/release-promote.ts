import type { PromoteAnswer, PromoteBody } from '../../contract/releases.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { parseWhole } from '../parse-command.ts';
import { releasePath } from './release-path.ts';
import { noteLines, stateText } from './release-status.ts';

export const releasePromote: Command = {
  name: 'release promote',
  summary: 'gives another environment what is live here, or a canary more traffic',
  positionals: ['[release]'],
  options: {
    to: { type: 'string' },
    'expect-base': { type: 'string' },
    'rollout-notes': { type: 'string' },
    'rollback-notes': { type: 'string' },
    share: { type: 'string' },
    force: { type: 'boolean' },
  },
  optionHelp: [
    '--to <name>              the environment that gets it; left out: the canary here moves on',
    '--expect-base <digest>   only if the environment still has this composition',
    '--rollout-notes <text>   instead of those of the release',
    '--rollback-notes <text>  instead of those of the release',
    '--share <percent>        for the canary, instead of the next step; 100 is all traffic',
    '--force                  lets a release out that waits for its replicas',
  ],
  async run({ positionals: [release], options, environment, client }) {
    const to = options.text('to');
    const share = options.text('share');
    const body: PromoteBody = {
      to,
      expectBase: options.text('expect-base'),
      rolloutNotes: options.text('rollout-notes'),
      rollbackNotes: options.text('rollback-notes'),
      share: share === undefined ? undefined : parseWhole(share, '--share', 1, 100),
      force: options.flag('force') || undefined,
    };
    const path = `${releasePath(environment, release)}/promote`;
    const answer = await client.json<PromoteAnswer>({ method: 'POST', path, body });
    return {
      exitCode: EXIT.ok,
      summary: answer.changed
        ? `release ${answer.release} of ${answer.environment} is ${stateText(answer)}`
        : `${answer.environment} has it already, as release ${answer.release}, ${stateText(answer)}: nothing was changed`,
      lines: [`composition ${answer.composition}`, ...noteLines('rollout', answer.rolloutNotes)],
      findings: [],
      data: answer,
    };
  },
};
