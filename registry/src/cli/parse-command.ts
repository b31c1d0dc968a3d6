import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { CliError } from './cli-error.ts';
import type { Command, Options } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { FORMATS, type FormatName, isFormat } from './formats/index.ts';

export interface ParsedCommand {
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly options: Options;
}

/** Options that every command has. */
export const COMMON_OPTIONS = {
  env: { type: 'string', short: 'e' },
  registry: { type: 'string' },
  format: { type: 'string', short: 'f' },
  timeout: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

/** @throws CliError (bad input) that says what is wrong and how it is called. */
export function parseCommand(argv: readonly string[], commands: readonly Command[]): ParsedCommand {
  const [group, verb, ...rest] = argv;
  const command = commands.find(({ name }) => name === `${group} ${verb}`);
  if (command === undefined) throw unknownCommand(argv, commands);
  const { values, positionals } = parse(command, rest);
  const options = toOptions(values);
  if (options.flag('help')) return { command, positionals, options };
  const next = command.positionals[positionals.length];
  if (next?.startsWith('<')) throw badCall(command, `${next} is missing`);
  const extra = positionals[command.positionals.length];
  if (extra !== undefined) throw badCall(command, `${JSON.stringify(extra)} is one argument too many`);
  return { command, positionals, options };
}

export function usageOf(command: Command): string {
  return [
    'tributary',
    command.name,
    ...command.positionals,
    ...(command.optionHelp.length > 0 ? ['[options]'] : []),
  ].join(' ');
}

/** The format that was asked for, wherever it stands: an error is told in it too. */
export function formatAskedFor(argv: readonly string[]): FormatName {
  const { values } = parseArgs({
    args: [...argv],
    options: COMMON_OPTIONS,
    strict: false,
    allowPositionals: true,
  });
  return typeof values.format === 'string' && isFormat(values.format) ? values.format : 'text';
}

export function parseFormat(text: string | undefined): FormatName {
  if (text === undefined) return 'text';
  if (isFormat(text)) return text;
  throw badInput(`--format ${text} is none of ${Object.keys(FORMATS).join(', ')}.`);
}

/** Of an option or a variable: whole numbers from `min` to `max`. */
export function parseWhole(text: string, name: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw badInput(`${name} is a whole number from ${min} to ${max}, not ${JSON.stringify(text)}.`);
}

export function badInput(message: string, help: readonly string[] = []): CliError {
  return new CliError(EXIT.badInput, 'BAD_INPUT', message, { help });
}

// Private:

function parse(command: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...COMMON_OPTIONS, ...command.options },
      allowPositionals: true,
    });
  } catch (error) {
    // Node's message, without its advice about `--`.
    const message =
      error instanceof Error ? (error.message.split(/[.:] /, 1)[0] ?? error.message) : String(error);
    throw badCall(command, message.replace(/^U/, 'u').replace(/^O/, 'o'));
  }
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function toOptions(values: Values): Options {
  return {
    text(name) {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    texts(name) {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    flag: (name) => values[name] === true,
  };
}

function badCall(command: Command, problem: string): CliError {
  return badInput(`${command.name}: ${problem}.`, [`usage: ${usageOf(command)}`]);
}

function unknownCommand(argv: readonly string[], commands: readonly Command[]): CliError {
  const asked = argv.filter((arg) => !arg.startsWith('-')).slice(0, 2);
  const what = asked.length === 0 ? 'No command was given' : `There is no command ${asked.join(' ')}`;
  return badInput(`${what}; there are ${commands.map(({ name }) => name).join(', ')}.`, [
    '`tributary --help` says more.',
  ]);
}
