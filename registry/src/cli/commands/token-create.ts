import { type CreatedToken, createTokenBody } from '../../contract/tokens.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { badInput } from '../parse-command.ts';

export const tokenCreate: Command = {
  name: 'token create',
  summary: 'makes a token, and prints it this once',
  positionals: ['<name>'],
  options: {
    role: { type: 'string' },
    subgraph: { type: 'string', multiple: true },
    environment: { type: 'string', multiple: true },
  },
  optionHelp: [
    '--role <role>          admin, publisher, checker, gateway, subgraph, reader or app',
    '--subgraph <name>      only for this subgraph; may be repeated',
    '--environment <name>   only for this environment; may be repeated',
  ],
  async run({ positionals: [name = ''], options, client }) {
    const subgraphs = options.texts('subgraph');
    const environments = options.texts('environment');
    const parsed = createTokenBody.safeParse({
      name,
      role: options.text('role'),
      ...(subgraphs.length > 0 && { subgraphs }),
      ...(environments.length > 0 && { environments }),
    });
    if (!parsed.success) {
      throw badInput(`token create: ${parsed.error.issues.map((issue) => describe(issue)).join('; ')}.`);
    }
    const created = await client.json<CreatedToken>({
      method: 'POST',
      path: '/v1/tokens',
      body: parsed.data,
    });
    return {
      exitCode: EXIT.ok,
      summary: `made token ${created.id}; it is shown this once:`,
      lines: [created.token],
      findings: [],
      data: created,
    };
  },
};

function describe({
  path,
  message,
}: {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}): string {
  return path[0] === 'role'
    ? '--role is one of admin, publisher, checker, gateway, subgraph, reader, app'
    : message;
}
