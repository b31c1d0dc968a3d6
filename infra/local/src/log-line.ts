import { type Colors, NO_COLORS } from './colors.ts';

/** One record of a process's output, as far as the runner looks into it. */
export type LogRecord =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'progress'; readonly step: string; readonly done: number; readonly total: number }
  | {
      readonly kind: 'log';
      readonly level: number;
      readonly timeMs: number;
      readonly message: string;
      readonly fields: Fields;
    };

type Fields = Readonly<Record<string, unknown>>;

const LEVELS = [
  { level: 60, name: 'FATAL' },
  { level: 50, name: 'ERROR' },
  { level: 40, name: 'WARN' },
  { level: 30, name: 'INFO' },
  { level: 20, name: 'DEBUG' },
  { level: 10, name: 'TRACE' },
] as const;

/** Said by the prefix already, or of no use to somebody who reads along. */
const UNSHOWN = new Set([
  'level',
  'time',
  'msg',
  'name',
  'pid',
  'hostname',
  'v',
  'span_id',
  'trace_flags',
  'trace_id',
]);
const LONGEST_VALUE = 160;
const TRACE_ID_SHOWN = 8;

/** Reads a line of pino JSON; anything else (a crash, a warning of Node) stays text. */
export function parseLogLine(line: string): LogRecord {
  const fields = parseObject(line);
  const level = toLevel(fields?.level);
  if (fields === undefined || level === undefined) return { kind: 'text', text: line };
  const { time, msg, step, done, total } = fields;
  if (
    msg === 'progress' &&
    typeof step === 'string' &&
    typeof done === 'number' &&
    typeof total === 'number'
  ) {
    return { kind: 'progress', step, done, total };
  }
  return {
    kind: 'log',
    level,
    timeMs: typeof time === 'number' ? time : Date.parse(String(time)),
    message: typeof msg === 'string' ? msg : '',
    fields,
  };
}

/** `12:03:04.123 WARN  message key=value trace=0af76519` in the local time zone; colours only where asked for. */
export function formatLog(record: Extract<LogRecord, { kind: 'log' }>, colors: Colors = NO_COLORS): string {
  const name = LEVELS.find(({ level }) => record.level >= level)?.name ?? 'TRACE';
  const paint = record.level >= 50 ? colors.red : record.level >= 40 ? colors.yellow : colors.dim;
  const details = Object.entries(record.fields)
    .filter(([key, value]) => !UNSHOWN.has(key) && value !== undefined && value !== null)
    .map(([key, value]) => (key === 'err' ? formatError(value) : `${key}=${formatValue(value)}`));
  const traceId = record.fields.trace_id;
  if (typeof traceId === 'string') details.push(`trace=${traceId.slice(0, TRACE_ID_SHOWN)}`);
  return [
    colors.dim(toClock(record.timeMs)),
    paint(name.padEnd(5)),
    ...(record.message === '' ? [] : [oneLine(record.message)]),
    ...(details.length === 0 ? [] : [colors.dim(details.join(' '))]),
  ].join(' ');
}

// Private:

function parseObject(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return undefined;
  }
}

/** pino's own number, or the name that @tributary/telemetry writes in its place. */
function toLevel(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return LEVELS.find(({ name }) => typeof value === 'string' && name === value.toUpperCase())?.level;
}

function toClock(timeMs: number): string {
  if (Number.isNaN(timeMs)) return '--:--:--.---';
  const time = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}

function formatValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  return typeof value === 'string' && /\s/.test(short) ? JSON.stringify(short) : short;
}

/** The message, and the first line of the stack that is ours: enough to open the file. */
function formatError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return `error=${formatValue(error)}`;
  const { message, stack } = error as { message?: unknown; stack?: unknown };
  const frame = String(stack ?? '')
    .split('\n')
    .find((line) => /^\s+at /.test(line) && !/node_modules|node:/.test(line));
  const place = /[^/(]+\/src\/[^)]+/.exec(frame ?? '')?.[0];
  return `error=${formatValue(String(message ?? ''))}${place === undefined ? '' : ` at=${place}`}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
