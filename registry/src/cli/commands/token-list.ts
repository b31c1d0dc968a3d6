import type { TokenList } from '../../contract/tokens.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { toTable } from '../table.ts';

export const tokenList: Command = {
  name: 'token list',
  summary: 'lists all tokens, without their secrets',
  positionals: [],
  options: {},
  optionHelp: [],
  async run({ client }) {
    const list = await client.json<TokenList>({ method: 'GET', path: '/v1/tokens' });
    const rows = list.tokens.map((token) => [
      token.id,
      token.name,
      token.role,
      token.subgraphs?.join(' ') ?? 'all',
      token.environments?.join(' ') ?? 'all',
      token.createdAt,
      token.revokedAt === null ? '' : `revoked ${token.revokedAt}`,
    ]);
    return {
      exitCode: EXIT.ok,
      summary: `${rows.length} token${rows.length === 1 ? '' : 's'}`,
      lines: toTable(['id', 'name', 'role', 'subgraphs', 'environments', 'made', ''], rows),
      findings: [],
      data: list,
    };
  },
};
