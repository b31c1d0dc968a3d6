import { z } from 'zod';

/** A TCP port, 0 to 65535 (0 lets the system choose). */
export function port(defaultPort?: number) {
  return withDefault(integerText(0, 65_535), defaultPort);
}

/** The address to listen on. Loopback unless asked for otherwise: opening a port to the world is an explicit choice. */
export function host() {
  return z.string().default('127.0.0.1');
}

/** `postgresql://…`; unset means an embedded database. The message leaves the value out: it holds a password. */
export function databaseUrl() {
  return z
    .string()
    .refine((text) => /^postgres(ql)?:$/.test(protocolOf(text)), { message: 'is not a postgresql:// URL' })
    .optional();
}

/** An absolute http or https URL. */
export function httpUrl(defaultUrl?: string) {
  const url = z.string().refine((text) => /^https?:$/.test(protocolOf(text)), {
    error: (issue) => `${quote(issue.input)} is not an http(s) URL`,
  });
  return withDefault(url, defaultUrl);
}

/** An integer of 1 or more. */
export function positiveInteger(defaultValue?: number) {
  return withDefault(integerText(1, Number.MAX_SAFE_INTEGER), defaultValue);
}

/** Whole milliseconds, up to an hour. */
export function milliseconds(defaultValue?: number) {
  return withDefault(integerText(0, 3_600_000), defaultValue);
}

/** `true` or `false`, nothing else: a switch that is misspelt must not pass for off. */
export function flag(defaultValue: boolean) {
  return z
    .enum(['true', 'false'], { error: (issue) => `${quote(issue.input)} is neither true nor false` })
    .transform((text) => text === 'true')
    .default(defaultValue);
}

const jwk = z.looseObject({ kty: z.string(), kid: z.string().min(1) });
const jwksSchema = z.object({ keys: z.array(jwk).min(1) });

/** A JSON Web Key Set of public keys, as JSON text. Each key needs a `kid`; several allow a rotation. */
export function jwks() {
  return jsonText('a JSON Web Key Set whose keys have a kid').pipe(jwksSchema);
}

/** A private JSON Web Key with a `kid`, as JSON text. */
export function privateJwk() {
  return jsonText('a private JSON Web Key with a kid').pipe(jwk.extend({ d: z.string().min(1) }));
}

/** Production when NODE_ENV says so; what is dangerous there is off by default. */
export function nodeEnvironment() {
  return z
    .enum(['development', 'test', 'production'], {
      error: (issue) => `${quote(issue.input)} is not development, test or production`,
    })
    .default('development');
}

/** The level of the log, as pino names them. */
export function logLevel() {
  return z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: (issue) => `${quote(issue.input)} is not a log level`,
    })
    .default('info');
}

function integerText(minimum: number, maximum: number) {
  return z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= minimum && Number(text) <= maximum, {
      error: (issue) => `${quote(issue.input)} is not an integer from ${minimum} to ${maximum}`,
    })
    .transform(Number);
}

function jsonText(what: string) {
  return z.string().transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: `is not ${what}` });
      return z.NEVER;
    }
  });
}

function withDefault<Output>(
  schema: z.ZodType<Output, string>,
  value: Output | undefined,
): z.ZodType<Output> {
  return value === undefined ? schema : schema.default(value as never);
}

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
