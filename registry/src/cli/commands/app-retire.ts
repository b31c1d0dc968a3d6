import type { RetireAppAnswer } from '../../contract/apps.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { appPath } from './app-path.ts';

export const appRetire: Command = {
  name: 'app retire',
  summary: 'says that nobody runs this version of an app any more: it holds up no change',
  positionals: ['<app>', '<version>'],
  options: {},
  optionHelp: [],
  async run({ positionals: [app = '', version = ''], environment, client }) {
    const path = appPath(environment, app, version);
    const answer = await client.json<RetireAppAnswer>({ method: 'DELETE', path });
    return {
      exitCode: EXIT.ok,
      summary: answer.changed
        ? `retired ${app} ${version} in ${environment}`
        : `${app} ${version} was retired before: nothing was changed`,
      findings: [],
      data: answer,
    };
  },
};
