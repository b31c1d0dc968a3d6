import type { SubgraphList } from '../../contract/subgraphs.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { toTable } from '../table.ts';
import { environmentPath, short } from './subgraph-path.ts';

export const subgraphList: Command = {
  name: 'subgraph list',
  summary: 'lists the subgraphs of an environment',
  positionals: [],
  options: {},
  optionHelp: [],
  async run({ environment, client }) {
    const path = `${environmentPath(environment)}/subgraphs`;
    const list = await client.json<SubgraphList>({ method: 'GET', path });
    const rows = list.subgraphs.map((subgraph) => [
      subgraph.name,
      short(subgraph.revision),
      subgraph.routingUrl,
      subgraph.commit ?? '-',
      subgraph.author,
      subgraph.publishedAt,
    ]);
    return {
      exitCode: EXIT.ok,
      summary:
        list.composition === null
          ? `${environment} has no subgraphs yet`
          : `${environment}: release ${list.release}, composition ${list.composition}`,
      lines:
        rows.length === 0 ? [] : toTable(['subgraph', 'revision', 'routing URL', 'commit', 'by', 'at'], rows),
      findings: [],
      data: list,
    };
  },
};
