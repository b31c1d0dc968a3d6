import type { PublishAnswer, PublishBody } from '../../contract/subgraphs.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { badInput } from '../parse-command.ts';
import { readSchema } from '../read-schema.ts';
import { short, subgraphPath } from './subgraph-path.ts';
import { withSource } from './with-source.ts';

export const subgraphPublish: Command = {
  name: 'subgraph publish',
  summary: 'makes a revision of a subgraph and releases it',
  positionals: ['<subgraph>'],
  options: {
    schema: { type: 'string', short: 's' },
    'routing-url': { type: 'string' },
    commit: { type: 'string' },
    'expect-base': { type: 'string' },
    'rollout-notes': { type: 'string' },
    'rollback-notes': { type: 'string' },
  },
  optionHelp: [
    '-s, --schema <file>          the SDL, - for standard input',
    '    --routing-url <url>      where gateways reach it; needed the first time',
    '    --commit <id>            the commit that it was built from',
    '    --expect-base <digest>   the composition it was checked against, none for an empty environment',
    '    --rollout-notes <text>   what to switch on, and when, while this release goes out',
    '    --rollback-notes <text>  what to switch off first if it has to go back',
  ],
  async run({ positionals: [subgraph = ''], options, environment, client, stdin }) {
    const path = subgraphPath(environment, subgraph);
    const file = options.text('schema') ?? missing('--schema');
    const source = await readSchema(subgraph, file, stdin);
    const body: PublishBody = {
      sdl: source.sdl,
      routingUrl: options.text('routing-url'),
      commit: options.text('commit'),
      expectBase: options.text('expect-base'),
      rolloutNotes: options.text('rollout-notes'),
      rollbackNotes: options.text('rollback-notes'),
    };
    const answer = await withSource(source, () =>
      client.json<PublishAnswer>({ method: 'POST', path: `${path}/revisions`, body }),
    );
    const revision = short(answer.revision);
    return {
      exitCode: EXIT.ok,
      summary: answer.changed
        ? `published ${subgraph} ${revision} to ${environment}: release ${answer.release}, ${answer.state}`
        : `${environment} has ${subgraph} ${revision} already: nothing was changed`,
      lines: [`composition ${answer.composition}`, ...answer.hints.map((hint) => `hint ${hint}`)],
      findings: [],
      source: { subgraph, file: source.file },
      data: answer,
    };
  },
};

export function missing(option: string): never {
  throw badInput(`${option} is missing.`);
}
