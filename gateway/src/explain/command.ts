import { parseArgs } from 'node:util';
import { TributaryError } from '@tributary/errors';
import { GraphQLError, printError, Source } from 'graphql';
import { OperationRefused } from '../operation/index.ts';
import { createInProcessPlanner } from '../plan/in-process-planner.ts';
import type { Planner } from '../plan/index.ts';
import { explainOperation } from './explain-operation.ts';

export const USAGE = `Prints how an operation would be executed: its query plan and, with --code, what was compiled from it.
Where nothing was compiled, the plan ends with the reason. No subgraph is asked.

Usage: npm run explain -- --supergraph <file> --operation <file> [options]
  --operation-name <name>   which operation of the file
  --variables <json>        are checked; those in @skip and @include decide on the code, left out they are false
  --label <label>           a label of @override that is on; may be given more than once
  --code                    the code too
  --help                    this text

Ends with 0; with 1 when the operation is refused; with 3 when it could not be looked at.
`;

export interface CommandResult {
  readonly exitCode: 0 | 1 | 3;
  readonly stdout: string;
  readonly stderr: string;
}

/** Reads a file that the command line names. Rejects with a message that says why it cannot. */
export type ReadInput = (file: string) => Promise<string>;

/** The command, all but its process. Rejects only for faults of its own. */
export async function explainCommand(args: readonly string[], readInput: ReadInput): Promise<CommandResult> {
  try {
    return { exitCode: 0, stdout: await run(args, readInput), stderr: '' };
  } catch (error) {
    if (error instanceof OperationRefused) return refused(error.errors.map(printError).join('\n\n'));
    if (error instanceof TributaryError) return refused(`${error.code}: ${error.message}`);
    if (error instanceof BadInput) return { exitCode: 3, stdout: '', stderr: `${error.message}\n` };
    throw error;
  }
}

// Private:

/** What @apollo/federation-internals says before it says what is wrong. */
const APOLLO_PREAMBLE = /^The schema is not a valid GraphQL schema\.\. Caused by:/;

/** What was given cannot be used; the message says all there is to say. */
class BadInput extends Error {}

async function run(args: readonly string[], readInput: ReadInput): Promise<string> {
  const options = parseOptions(args);
  if (options.help) return USAGE;
  const read = (file: string) => readInput(file).catch((error: unknown) => fail(file, error));
  const { supergraph = missing('--supergraph'), operation = missing('--operation') } = options;
  const source = new Source(await read(operation), operation);
  const variables = options.variables === undefined ? undefined : parseVariables(options.variables);
  const planner = loadSupergraph(supergraph, await read(supergraph));
  const { plan, code } = await explainOperation(planner, {
    source,
    operationName: options['operation-name'],
    variables,
    activeLabels: checkLabels(options.label ?? [], planner),
  });
  return options.code && code !== undefined ? `${plan}\n${code}` : plan;
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        supergraph: { type: 'string' },
        operation: { type: 'string' },
        'operation-name': { type: 'string' },
        variables: { type: 'string' },
        label: { type: 'string', multiple: true },
        code: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new BadInput(`${firstLineOf(error)}\n\n${USAGE}`);
  }
}

function parseVariables(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail('--variables', error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new BadInput('--variables: this is no JSON object');
}

function loadSupergraph(file: string, sdl: string): Planner {
  try {
    return createInProcessPlanner(sdl);
  } catch (error) {
    const [at] = error instanceof GraphQLError ? (error.locations ?? []) : [];
    const place = at ? `:${at.line}:${at.column}` : '';
    throw new BadInput(`${file}${place}: is not a valid supergraph: ${firstLineOf(error)}`);
  }
}

function checkLabels(labels: readonly string[], { facts }: Planner): readonly string[] {
  for (const label of labels) {
    if (!facts.overrideLabels.includes(label)) {
      throw new BadInput(`--label: no @override of the supergraph has the label ${label}`);
    }
  }
  return labels;
}

function missing(option: string): never {
  throw new BadInput(`${option} is missing\n\n${USAGE}`);
}

function fail(what: string, error: unknown): never {
  throw new BadInput(`${what}: ${firstLineOf(error)}`);
}

function firstLineOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.replace(APOLLO_PREAMBLE, '').trim().split('\n');
  return line;
}

function refused(message: string): CommandResult {
  return { exitCode: 1, stdout: '', stderr: `${message}\n` };
}
