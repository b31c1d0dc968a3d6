import { hash, randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { digest as digestName } from '../../contract/names.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { badInput } from '../parse-command.ts';
import { environmentPath } from './subgraph-path.ts';

export const supergraphFetch: Command = {
  name: 'supergraph fetch',
  summary: 'prints the supergraph that gateways serve',
  positionals: [],
  options: { output: { type: 'string', short: 'o' }, digest: { type: 'string' } },
  optionHelp: [
    '-o, --output <file>    write it there instead, whole or not at all',
    '    --digest <digest>  the one with this digest, of any environment',
  ],
  async run({ options, environment, client }) {
    const digest = options.text('digest');
    if (digest !== undefined && !digestName.safeParse(digest).success) {
      throw badInput('--digest has 64 hexadecimal digits.');
    }
    const path =
      digest === undefined ? `${environmentPath(environment)}/supergraph` : `/v1/supergraphs/${digest}`;
    const { text, headers } = await client.text({ method: 'GET', path });
    const etag = headers.get('etag')?.replaceAll('"', '') ?? '';
    if (hash('sha256', text, 'hex') !== etag) {
      throw new CliError(
        EXIT.unreachable,
        'CORRUPT',
        'What the registry sent has not the digest that it names: it was cut off or changed on its way.',
      );
    }
    const release = headers.get('tributary-release');
    const data = { digest: etag, release: release === null ? null : Number(release) };
    const output = options.text('output');
    if (output === undefined) {
      return {
        exitCode: EXIT.ok,
        summary: `supergraph ${etag}`,
        findings: [],
        data: { ...data, sdl: text },
        document: text,
      };
    }
    await writeWhole(output, text);
    return { exitCode: EXIT.ok, summary: `wrote supergraph ${etag} to ${output}`, findings: [], data };
  },
};

/** A reader sees the old file or the new one, never half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw badInput(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
