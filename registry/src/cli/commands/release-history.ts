import type { ReleaseList } from '../../contract/releases.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { parseWhole } from '../parse-command.ts';
import { toTable } from '../table.ts';
import { changeText, stateText } from './release-status.ts';
import { environmentPath, short } from './subgraph-path.ts';

export const releaseHistory: Command = {
  name: 'release history',
  summary: 'lists the releases of an environment, the newest first',
  positionals: [],
  options: { limit: { type: 'string' } },
  optionHelp: ['--limit <n>  how many, 20 unless given, 200 at most'],
  async run({ options, environment, client }) {
    const limit = parseWhole(options.text('limit') ?? '20', '--limit', 1, 200);
    const path = `${environmentPath(environment)}/releases?limit=${limit}`;
    const list = await client.json<ReleaseList>({ method: 'GET', path });
    const rows = list.releases.map((release) => [
      String(release.release),
      stateText(release),
      short(release.composition),
      changeText(release),
      release.createdAt,
      release.stateSince,
    ]);
    const head = ['release', 'state', 'composition', 'change', 'made', 'state since'];
    return {
      exitCode: EXIT.ok,
      summary:
        rows.length === 0
          ? `${environment} has no release yet`
          : `${environment}: live is ${list.live === null ? 'none' : `release ${list.live}`}`,
      lines: rows.length === 0 ? [] : toTable(head, rows),
      findings: [],
      data: list,
    };
  },
};
