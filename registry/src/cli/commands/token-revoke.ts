import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { badInput } from '../parse-command.ts';

export const tokenRevoke: Command = {
  name: 'token revoke',
  summary: 'ends a token at once',
  positionals: ['<id>'],
  options: {},
  optionHelp: [],
  async run({ positionals: [id = ''], client }) {
    if (!/^[0-9a-f]{16}$/.test(id)) {
      throw badInput(
        `${JSON.stringify(id)} is no token id: those have 16 hexadecimal digits, see token list.`,
      );
    }
    await client.text({ method: 'DELETE', path: `/v1/tokens/${id}` });
    return { exitCode: EXIT.ok, summary: `token ${id} is revoked`, findings: [], data: { id } };
  },
};
