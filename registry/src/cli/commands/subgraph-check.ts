import {
  type CheckAnswer,
  type CheckBody,
  checkBody,
  type Finding,
  LINT_RULES,
} from '../../contract/check.ts';
import type { Command, Options } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { badInput, parseWhole } from '../parse-command.ts';
import { readSchema } from '../read-schema.ts';
import { short, subgraphPath } from './subgraph-path.ts';
import { missing } from './subgraph-publish.ts';
import { withSource } from './with-source.ts';

export const subgraphCheck: Command = {
  name: 'subgraph check',
  summary: 'says whether a subgraph may be published as it is, and why',
  positionals: ['<subgraph>'],
  options: {
    schema: { type: 'string', short: 's' },
    'routing-url': { type: 'string' },
    base: { type: 'string' },
    'max-fetch-depth-increase': { type: 'string' },
    'allow-inconclusive': { type: 'boolean' },
    lint: { type: 'string', multiple: true },
  },
  optionHelp: [
    '-s, --schema <file>                    the SDL, - for standard input',
    '    --routing-url <url>                where gateways would reach it',
    '    --base <digest>                    check against this composition, default what is there now',
    '    --max-fetch-depth-increase <n>     fail when an operation needs over n sequential fetches more',
    '    --allow-inconclusive               pass breaking changes of which too little is known',
    '    --lint <rule>=<off|warning|error>  change a lint rule; may be repeated',
  ],
  async run({ positionals: [subgraph = ''], options, environment, client, stdin }) {
    const path = subgraphPath(environment, subgraph);
    const file = options.text('schema') ?? missing('--schema');
    const settings = parseSettings(options);
    const source = await readSchema(subgraph, file, stdin);
    const body: CheckBody = { sdl: source.sdl, ...settings };
    const answer = await withSource(source, () =>
      client.json<CheckAnswer>({ method: 'POST', path: `${path}/check`, body }),
    );
    const { findings, passed, base } = answer;
    const against = base === 'none' ? 'an empty environment' : `composition ${short(base)}`;
    return {
      exitCode: passed ? EXIT.ok : EXIT.checkFailed,
      summary: `check ${passed ? 'passed' : 'failed'}: ${subgraph} ${short(answer.revision)} against ${against} of ${environment}, ${countFindings(findings)}`,
      lines: passed ? [`to publish just this: --expect-base ${base}`] : [],
      findings,
      source: { subgraph, file: source.file },
      data: answer,
    };
  },
};

// Private:

function parseSettings(options: Options): Omit<CheckBody, 'sdl'> {
  const depth = options.text('max-fetch-depth-increase');
  const lint = Object.fromEntries(options.texts('lint').map((text) => text.split('=', 2)));
  const settings = {
    routingUrl: options.text('routing-url'),
    base: options.text('base'),
    maxFetchDepthIncrease:
      depth === undefined ? undefined : parseWhole(depth, '--max-fetch-depth-increase', 0, 100),
    allowInconclusive: options.flag('allow-inconclusive'),
    lint,
  };
  const parsed = checkBody.omit({ sdl: true }).safeParse(settings);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  if (name === 'lint') {
    throw badInput(`--lint is <rule>=<off|warning|error>, the rule one of ${LINT_RULES.join(', ')}.`);
  }
  throw badInput(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${issue?.message}.`);
}

function countFindings(findings: readonly Finding[]): string {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const parts = [
    [count('error'), 'error'],
    [count('warning'), 'warning'],
    [count('notice'), 'notice'],
  ] as const;
  const told = parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}${number === 1 ? '' : 's'}`);
  return told.length === 0 ? 'nothing found' : told.join(', ');
}
