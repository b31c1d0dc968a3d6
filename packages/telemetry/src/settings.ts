import { parseKeyPairsIntoRecord } from '@opentelemetry/core';
import { isLogLevel, type LogLevel } from './logger.ts';
import { SAMPLER_NAMES, type SamplerName } from './sampler.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the standard `OTEL_*` names say, with the specification's defaults. */
export interface TelemetrySettings {
  readonly logLevel: LogLevel;
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly sampler: SamplerName;
  readonly samplerRatio: number;
  /** Undefined: spans are neither recorded nor sent. */
  readonly collector: CollectorSettings | undefined;
  /** One sentence for each value that could not be used; the default stands in for it. */
  readonly warnings: readonly string[];
}

export interface CollectorSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly isCompressed: boolean;
  readonly queueSize: number;
  readonly batchSize: number;
  readonly batchDelayMs: number;
}

const DEFAULT_ENDPOINT = 'http://localhost:4318';

/**
 * Reads the environment of OpenTelemetry. As its specification asks, a bad value never stops the process: it is
 * reported and the default used.
 */
export function parseSettings(env: Environment): TelemetrySettings {
  const warnings: string[] = [];
  const warn = (name: string, expected: string) => {
    warnings.push(`${name} is ignored: "${env[name]}" is not ${expected}`);
  };

  function choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = text(env, name);
    if (value === undefined) return fallback;
    const known = choices.find((candidate) => candidate === value);
    if (known === undefined) warn(name, `one of ${choices.join(', ')}`);
    return known ?? fallback;
  }

  function number(name: string, minimum: number, maximum: number, fallback: number): number {
    const value = text(env, name);
    if (value === undefined) return fallback;
    const parsed = Number(value);
    if (parsed >= minimum && parsed <= maximum) return parsed;
    warn(name, `a number from ${minimum} to ${maximum}`);
    return fallback;
  }

  function collector(): CollectorSettings | undefined {
    if (text(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
    if (choice('OTEL_TRACES_EXPORTER', ['otlp', 'none'], 'otlp') === 'none') return undefined;
    choice('OTEL_EXPORTER_OTLP_PROTOCOL', ['http/protobuf'], 'http/protobuf');
    const queueSize = number('OTEL_BSP_MAX_QUEUE_SIZE', 1, 1_000_000, 2048);
    return {
      url: endpoint(env, warn),
      headers: {
        ...parseKeyPairsIntoRecord(env.OTEL_EXPORTER_OTLP_HEADERS),
        ...parseKeyPairsIntoRecord(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
      },
      timeoutMs: number('OTEL_EXPORTER_OTLP_TIMEOUT', 1, 600_000, 10_000),
      isCompressed: choice('OTEL_EXPORTER_OTLP_COMPRESSION', ['none', 'gzip'], 'none') === 'gzip',
      queueSize,
      batchSize: Math.min(number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 1, 100_000, 512), queueSize),
      batchDelayMs: number('OTEL_BSP_SCHEDULE_DELAY', 0, 600_000, 5000),
    };
  }

  const level = text(env, 'LOG_LEVEL')?.toLowerCase();
  if (level !== undefined && !isLogLevel(level)) warn('LOG_LEVEL', 'a log level');
  return {
    logLevel: level !== undefined && isLogLevel(level) ? level : 'info',
    serviceName: text(env, 'OTEL_SERVICE_NAME'),
    resourceAttributes: resourceAttributes(env, warn),
    sampler: choice('OTEL_TRACES_SAMPLER', SAMPLER_NAMES, 'parentbased_always_on'),
    samplerRatio: number('OTEL_TRACES_SAMPLER_ARG', 0, 1, 1),
    collector: collector(),
    warnings,
  };
}

// Private:

type Warn = (name: string, expected: string) => void;

/** The specification treats an empty value as an absent one. */
function text(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** The name for traces is used as it is; the one for all signals is a base. */
function endpoint(env: Environment, warn: Warn): string {
  const traces = text(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  if (traces !== undefined) {
    if (isHttpUrl(traces)) return traces;
    warn('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'an http or https URL');
  }
  const base = text(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? DEFAULT_ENDPOINT;
  if (isHttpUrl(base)) return `${base.replace(/\/+$/, '')}/v1/traces`;
  warn('OTEL_EXPORTER_OTLP_ENDPOINT', 'an http or https URL');
  return `${DEFAULT_ENDPOINT}/v1/traces`;
}

function isHttpUrl(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

/** `key=value,key=value`, percent-encoded; one bad entry discards all, as the specification says. */
function resourceAttributes(env: Environment, warn: Warn): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const entry of (text(env, 'OTEL_RESOURCE_ATTRIBUTES') ?? '').split(',')) {
    if (entry.trim() === '') continue;
    const [key, value, ...more] = entry.split('=').map((part) => decode(part.trim()));
    if (!key || value === undefined || more.length > 0) {
      warn('OTEL_RESOURCE_ATTRIBUTES', 'a list of key=value');
      return {};
    }
    attributes[key] = value;
  }
  return attributes;
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
