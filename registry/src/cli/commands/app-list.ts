import type { AppList } from '../../contract/apps.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { toTable } from '../table.ts';
import { environmentPath } from './subgraph-path.ts';

export const appList: Command = {
  name: 'app list',
  summary: 'lists the versions of apps whose operations are registered',
  positionals: [],
  options: {},
  optionHelp: [],
  async run({ environment, client }) {
    const list = await client.json<AppList>({ method: 'GET', path: `${environmentPath(environment)}/apps` });
    const rows = list.apps.map((app) => [
      app.app,
      app.version,
      String(app.operations),
      app.publishedBy,
      app.publishedAt,
      app.retiredAt === null ? '' : `retired ${app.retiredAt} by ${app.retiredBy}`,
    ]);
    return {
      exitCode: EXIT.ok,
      summary: `${environment} has ${rows.length === 0 ? 'no manifests of apps' : `${rows.length} manifest${rows.length === 1 ? '' : 's'} of apps`}`,
      lines: rows.length === 0 ? [] : toTable(['app', 'version', 'operations', 'by', 'at', ''], rows),
      findings: [],
      data: list,
    };
  },
};
