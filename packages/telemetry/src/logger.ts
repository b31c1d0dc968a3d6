import { trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { currentLogFields } from './log-fields.ts';
import { LogLimit } from './log-limit.ts';
import { redactFields, redactText } from './redact.ts';

export type { Logger } from 'pino';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

const LOG_LEVELS: ReadonlySet<string> = new Set([
  'fatal',
  'error',
  'warn',
  'info',
  'debug',
  'trace',
  'silent',
]);

export function isLogLevel(text: string): text is LogLevel {
  return LOG_LEVELS.has(text);
}

export interface LoggerOptions {
  readonly name: string;
  readonly level?: LogLevel;
  /** Standard output unless told otherwise. */
  readonly destination?: DestinationStream;
}

/**
 * One JSON object a line: `level`, `time` (RFC 3339), `name`, `trace_id` and `span_id` of the active span, the fields of
 * `withLogFields`, the entry's own, `msg`. At most fifty lines a second of one `msg`; then one line says how many were left
 * out. Credentials and e-mail addresses are taken out of fields, messages and errors before they are written.
 */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  const limit = new LogLimit((message, leftOut) =>
    logger.warn({ message, leftOut }, 'left out lines of one message'),
  );
  const logger = pino(
    {
      level,
      base: { name },
      timestamp: stdTimeFunctions.isoTime,
      mixin: activeFields,
      formatters: { level: (label) => ({ level: label }), log: redactFields },
      // pino's own serializer would spread every property of an error again; `redactFields` has described it already.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          const message = args.find((item) => typeof item === 'string');
          if (message === undefined || limit.allows(message)) method.apply(this, redactArguments(args));
        },
      },
    },
    // Synchronous: the line that says why a process died must be out before it is gone.
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
  return redactBindings(logger);
}

// Private:

function activeFields(): object {
  const span = trace.getActiveSpan()?.spanContext();
  const fields = currentLogFields();
  return span ? { trace_id: span.traceId, span_id: span.spanId, ...fields } : { ...fields };
}

/** Bindings of child loggers bypass the field formatter, children of children included: they inherit `child`. */
function redactBindings(logger: Logger): Logger {
  const createChild = logger.child;
  logger.child = function child(this: Logger, bindings, options) {
    return createChild.call(this, redactFields(bindings), options);
  } as Logger['child']; // The generic of `child` only carries custom levels, which pass through `options`.
  return logger;
}

type LogArguments = Parameters<Logger['info']>;

/** Messages and their format arguments bypass the field formatter, so their text is cleaned here. */
function redactArguments(args: readonly unknown[]): LogArguments {
  const [first, ...rest] = args;
  const safe = rest.map((item) => (typeof item === 'string' ? redactText(item) : item));
  // As pino does for a lone error, but with the message cleaned.
  const head = first instanceof Error ? { err: first } : first;
  if (first instanceof Error && safe.length === 0) safe.push(redactText(first.message));
  // The call was typed where it was made; only texts were replaced by texts.
  return [typeof head === 'string' ? redactText(head) : head, ...safe] as unknown as LogArguments;
}
