import type { RetireBody } from '../../contract/subgraphs.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { subgraphPath } from './subgraph-path.ts';

export const subgraphDelete: Command = {
  name: 'subgraph delete',
  summary: 'releases the environment without a subgraph',
  positionals: ['<subgraph>'],
  options: { 'expect-base': { type: 'string' } },
  optionHelp: [
    '--expect-base <digest>  only if the environment still has this composition, or the two go together',
  ],
  async run({ positionals: [subgraph = ''], options, environment, client }) {
    const path = subgraphPath(environment, subgraph);
    const body: RetireBody = { expectBase: options.text('expect-base') };
    const answer = await client.json<{ readonly release: number; readonly composition: string }>({
      method: 'DELETE',
      path,
      body,
    });
    return {
      exitCode: EXIT.ok,
      summary: `took ${subgraph} out of ${environment}: release ${answer.release}`,
      lines: [`composition ${answer.composition}`],
      findings: [],
      data: answer,
    };
  },
};
