import type { PublishAppAnswer, PublishAppBody } from '../../contract/apps.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readManifest } from '../read-manifest.ts';
import { appPath } from './app-path.ts';
import { missing } from './subgraph-publish.ts';

export const appPublish: Command = {
  name: 'app publish',
  summary: 'registers what a version of an app may send: no change that breaks it passes from then on',
  positionals: ['<app>', '<version>'],
  options: { manifest: { type: 'string', short: 'm' } },
  optionHelp: [
    '-m, --manifest <file>  its operations, - for standard input: an apollo-persisted-query-manifest,',
    '                       or an object of ids and operations as the compiler of Relay writes it',
  ],
  async run({ positionals: [app = '', version = ''], options, environment, client, stdin }) {
    const path = appPath(environment, app, version);
    const { operations } = await readManifest(options.text('manifest') ?? missing('--manifest'), stdin);
    const body: PublishAppBody = { operations };
    const answer = await client.json<PublishAppAnswer>({ method: 'POST', path, body });
    const count = `${answer.operations} operation${answer.operations === 1 ? '' : 's'}`;
    return {
      exitCode: EXIT.ok,
      summary: answer.changed
        ? `registered ${app} ${version} in ${environment}: ${count}`
        : `${environment} has ${app} ${version} with these operations already: nothing was changed`,
      findings: answer.invalid.map(({ id, name, message }) => ({
        severity: 'warning',
        rule: 'app/NOT_VALID_NOW',
        message: `${environment} could not answer ${name} (${id}) now: ${message}`,
        places: [],
      })),
      data: answer,
    };
  },
};
