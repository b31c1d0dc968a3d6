import { CliError } from './cli-error.ts';
import type { Command } from './command.ts';
import { appList } from './commands/app-list.ts';
import { appPublish } from './commands/app-publish.ts';
import { appRetire } from './commands/app-retire.ts';
import { releaseHistory } from './commands/release-history.ts';
import { releasePromote } from './commands/release-promote.ts';
import { releaseRaiseSequence } from './commands/release-raise-sequence.ts';
import { releaseRollback } from './commands/release-rollback.ts';
import { releaseStatus } from './commands/release-status.ts';
import { subgraphCheck } from './commands/subgraph-check.ts';
import { subgraphDelete } from './commands/subgraph-delete.ts';
import { subgraphList } from './commands/subgraph-list.ts';
import { subgraphPublish } from './commands/subgraph-publish.ts';
import { subgraphSafeToRetire } from './commands/subgraph-safe-to-retire.ts';
import { supergraphFetch } from './commands/supergraph-fetch.ts';
import { tokenCreate } from './commands/token-create.ts';
import { tokenList } from './commands/token-list.ts';
import { tokenRevoke } from './commands/token-revoke.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { FORMATS } from './formats/index.ts';
import { commandHelp, generalHelp } from './help.ts';
import { badInput, formatAskedFor, parseCommand, parseFormat, parseWhole } from './parse-command.ts';
import { createRegistryClient } from './registry-client.ts';
import type { Report } from './report.ts';

export interface Invocation {
  /** Without node and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream;
}

export interface Outcome {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

const COMMANDS: readonly Command[] = [
  subgraphCheck,
  subgraphPublish,
  subgraphList,
  subgraphDelete,
  subgraphSafeToRetire,
  releaseStatus,
  releaseHistory,
  releasePromote,
  releaseRollback,
  releaseRaiseSequence,
  supergraphFetch,
  appPublish,
  appRetire,
  appList,
  tokenCreate,
  tokenRevoke,
  tokenList,
];

/** The whole client but for the process: what it prints and how it ends. Never rejects for anything a user can do. */
export async function run({ argv, env, stdin }: Invocation): Promise<Outcome> {
  const [first] = argv;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    const help = generalHelp(COMMANDS);
    if (first === undefined) return { exitCode: EXIT.badInput, stdout: '', stderr: help };
    return { exitCode: EXIT.ok, stdout: help, stderr: '' };
  }
  try {
    const { command, positionals, options } = parseCommand(argv, COMMANDS);
    if (options.flag('help')) return { exitCode: EXIT.ok, stdout: commandHelp(command), stderr: '' };
    const format = parseFormat(options.text('format'));
    const client = createRegistryClient({
      url: registryUrl(options.text('registry') ?? env.TRIBUTARY_REGISTRY_URL),
      token: env.TRIBUTARY_TOKEN || undefined,
      timeoutMs: parseWhole(options.text('timeout') ?? '60', '--timeout', 1, 3_600) * 1_000,
    });
    const environment = options.text('env') ?? (env.TRIBUTARY_ENVIRONMENT || 'dev');
    const report = await command.run({ positionals, options, environment, client, stdin });
    return { exitCode: report.exitCode, stdout: FORMATS[format](report), stderr: '' };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const format = formatAskedFor(argv);
    const text = FORMATS[format](toReport(error));
    // People and pipes of text want errors apart from results; programs read one document from one place.
    return format === 'text'
      ? { exitCode: error.exitCode, stdout: '', stderr: text }
      : { exitCode: error.exitCode, stdout: text, stderr: '' };
  }
}

// Private:

function registryUrl(text: string | undefined): string {
  const url = text || 'http://127.0.0.1:4010';
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw badInput(`${JSON.stringify(url)} is no URL of a registry: it begins with http:// or https://.`);
}

function toReport(error: CliError): Report {
  return {
    exitCode: error.exitCode,
    summary: `${error.exitCode === EXIT.conflict ? 'conflict' : 'failed'}: ${error.message}`,
    lines: error.help,
    findings: error.findings,
    ...(error.source && { source: error.source }),
    data: { error: { code: error.code, message: error.message, ...asObject(error.details) } },
  };
}

function asObject(details: unknown): object {
  return typeof details === 'object' && details !== null ? details : {};
}
