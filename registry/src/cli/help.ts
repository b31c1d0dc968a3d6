import type { Command } from './command.ts';
import { usageOf } from './parse-command.ts';

const COMMON = `Options of all commands:
  -e, --env <name>       the environment, default $TRIBUTARY_ENVIRONMENT or dev
      --registry <url>   the registry, default $TRIBUTARY_REGISTRY_URL or http://127.0.0.1:4010
  -f, --format <name>    text, json, github or sarif
      --timeout <s>      how long to wait for the registry, default 60
  -h, --help

The token is read from $TRIBUTARY_TOKEN.
Exit codes: 0 ok, 1 check failed, 2 timeout, 3 bad input, 4 conflict, 5 registry unreachable.
`;

export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => usageOf(command).length));
  const lines = commands.map((command) => `  ${usageOf(command).padEnd(width)}  ${command.summary}`);
  return `The client of a Tributary registry.\n\n${lines.join('\n')}\n\n${COMMON}`;
}

export function commandHelp(command: Command): string {
  const options = command.optionHelp.map((line) => `  ${line}`).join('\n');
  return `${command.summary}\n\n  ${usageOf(command)}\n\n${options === '' ? '' : `${options}\n\n`}${COMMON}`;
}
