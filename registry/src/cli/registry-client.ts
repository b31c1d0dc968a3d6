import type { CompositionProblem, Conflict, InterveningChange } from '../contract/subgraphs.ts';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { problemFindings } from './problem-findings.ts';

export interface RegistryClientOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly timeoutMs: number;
}

export interface RegistryRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface RegistryClient {
  /** The JSON of a success. Everything else is a CliError with its exit code. */
  json<T>(request: RegistryRequest): Promise<T>;
  text(request: RegistryRequest): Promise<RegistryAnswer>;
}

export function createRegistryClient({ url, token, timeoutMs }: RegistryClientOptions): RegistryClient {
  const base = url.replace(/\/+$/, '');

  async function send({ method, path, body }: RegistryRequest): Promise<RegistryAnswer> {
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        // A redirected POST would arrive as a GET, and the token somewhere else.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      throw toTransportError(error, base, timeoutMs);
    }
  }

  async function text(request: RegistryRequest): Promise<RegistryAnswer> {
    const answer = await send(request);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw toRefusal(answer, base, token);
  }

  return {
    text,
    async json<T>(request: RegistryRequest) {
      const answer = await text(request);
      // The registry answers with its contract's type; what is no registry is caught here.
      return parseJson(answer, base) as T;
    },
  };
}

// Private:

function toTransportError(error: unknown, base: string, timeoutMs: number): CliError {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new CliError(
      EXIT.timeout,
      'TIMEOUT',
      `The registry at ${base} did not answer within ${timeoutMs / 1_000} s.`,
      {
        help: [
          'Whether a change was made is not known: run the command again. A repeated publish changes nothing.',
        ],
      },
    );
  }
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return new CliError(
    EXIT.unreachable,
    'UNREACHABLE',
    `The registry at ${base} cannot be reached: ${reasonOf(cause)}.`,
    {
      help: ['TRIBUTARY_REGISTRY_URL or --registry says where it is.'],
      cause: error,
    },
  );
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

interface RefusalBody {
  readonly code: string;
  readonly message: string;
  readonly traceId?: string;
  readonly problems?: readonly CompositionProblem[];
  readonly conflict?: Conflict;
}

const EXIT_OF_CODE: Readonly<Record<string, ExitCode>> = {
  COMPOSITION_FAILED: EXIT.checkFailed,
  PUBLISH_CONFLICT: EXIT.conflict,
  RELEASE_CONFLICT: EXIT.conflict,
  MANIFEST_CONFLICT: EXIT.conflict,
  SERVICE_TIMEOUT: EXIT.timeout,
};

function toRefusal(answer: RegistryAnswer, base: string, token: string | undefined): CliError {
  if (answer.status >= 300 && answer.status < 400) {
    const target = answer.headers.get('location') ?? 'somewhere else';
    return new CliError(
      EXIT.badInput,
      'REDIRECTED',
      `${base} redirects to ${target}: set TRIBUTARY_REGISTRY_URL to that.`,
    );
  }
  const { error } = parseJson(answer, base) as { error?: RefusalBody };
  if (typeof error?.code !== 'string') throw notARegistry(answer, base);
  const problems = error.conflict?.problems ?? error.problems ?? [];
  return new CliError(exitCodeOf(answer.status, error.code), error.code, error.message, {
    findings: problemFindings(problems),
    help: helpFor(error, token),
    details: error,
  });
}

function exitCodeOf(status: number, code: string): ExitCode {
  return EXIT_OF_CODE[code] ?? (status >= 500 ? EXIT.unreachable : EXIT.badInput);
}

function helpFor({ code, traceId, conflict }: RefusalBody, token: string | undefined): readonly string[] {
  if (conflict !== undefined) {
    return [
      ...conflict.since.map(describeChange),
      `check again against what is there now: ${conflict.actualBase}`,
    ];
  }
  if (code === 'UNAUTHENTICATED') {
    return [token === undefined ? 'TRIBUTARY_TOKEN is not set.' : 'The token is that of TRIBUTARY_TOKEN.'];
  }
  return code === 'INTERNAL_SERVER_ERROR' ? [`The registry's log tells more under trace ${traceId}.`] : [];
}

function describeChange({ release, cause, subgraph, author, commit, at }: InterveningChange): string {
  const by = author === null ? '' : ` by ${author}`;
  const from = commit === null ? '' : ` from ${commit}`;
  return `since then: release ${release}, ${cause} of ${subgraph}${by}${from} at ${at}`;
}

function parseJson(answer: RegistryAnswer, base: string): unknown {
  if (answer.text === '') return {};
  try {
    return JSON.parse(answer.text);
  } catch {
    throw notARegistry(answer, base);
  }
}

function notARegistry({ status, text }: RegistryAnswer, base: string): CliError {
  const begin = text.replace(/\s+/g, ' ').slice(0, 80);
  return new CliError(
    EXIT.unreachable,
    'NOT_A_REGISTRY',
    `${base} does not answer as a registry: status ${status}, ${JSON.stringify(begin)}.`,
    {
      help: ['TRIBUTARY_REGISTRY_URL or --registry says where it is.'],
    },
  );
}
