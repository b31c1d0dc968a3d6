const REDACTED = '[redacted]';

/** Compared in lower case without `-` and `_`, so that `Set-Cookie`, `accessToken` and `private_key` all match. */
const SECRET_KEY =
  /authorization|password|passwd|secret|token|cookie|e?mail|credential|apikey|privatekey|privatejwk|signature|xtributaryidentity|databaseurl/;

/** `token_type`, `maxTokens`, `outbox_tokens`… are numbers or booleans: only text and objects can hold a secret. */
function mayHoldSecret(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

/** No text of ours is longer; what a stranger wrote may be megabytes, and every pattern below costs time for each character. */
const LONGEST_TEXT = 8_192;

const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  // The user and password of a URL. Bounded quantifiers everywhere: a log line must not cost quadratic time.
  [/(:\/\/)[^\s/@"']{1,256}@/g, `$1${REDACTED}@`],
  // A JWS or JWE, wherever it stands. Only where a run of such characters begins, so that none is read twice.
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]*\.[\w.-]*/g, REDACTED],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/[\w.%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}\b/gi, REDACTED],
];

/** Takes what looks like a credential or an e-mail address out of free text, and cuts what is too long to be read. */
export function redactText(text: string): string {
  // Half a word at the cut could be half an address, which no pattern knows any more.
  let safe = text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT).replace(/\S{1,320}$/, '') : text;
  for (const [pattern, replacement] of SECRET_TEXT) safe = safe.replace(pattern, replacement);
  return text.length > LONGEST_TEXT ? `${safe}… (${text.length} characters)` : safe;
}

export interface ErrorDescription {
  /** The error's code where it has one, else its name: few values, fit for an attribute. */
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/**
 * What may be told about a thrown value outside the process. Only these fields: drivers hang row values on their
 * errors (`detail`, `where`, `parameters`), and those belong to people.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: redactText(String(error)) };
  const code: unknown = 'code' in error ? error.code : undefined;
  const type = typeof code === 'string' && code !== '' ? code : error.name;
  return {
    type,
    message: redactText(error.message),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined || depth === 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

const DEPTH_LIMIT = 6;

/** A copy of a log entry's fields that is safe to write: secrets out by key and by form, errors described. */
export function redactFields(fields: object): Record<string, unknown> {
  return redactObject(fields, 0, new Set());
}

// Private:

function redactObject(fields: object, depth: number, seen: Set<object>): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    const isSecret = mayHoldSecret(value) && SECRET_KEY.test(key.toLowerCase().replace(/[-_]/g, ''));
    safe[key] = isSecret ? REDACTED : redactValue(value, depth + 1, seen);
  }
  return safe;
}

function redactValue(value: unknown, depth: number, seen: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date || value instanceof URL) return redactText(String(value.toJSON()));
  if (depth > DEPTH_LIMIT || seen.has(value)) return '[omitted]';
  if (!Array.isArray(value) && !isPlain(value)) return describeInstance(value);
  seen.add(value);
  const safe = Array.isArray(value)
    ? value.map((item) => redactValue(item, depth + 1, seen))
    : redactObject(value, depth, seen);
  seen.delete(value);
  return safe;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Sockets, requests and the like: what they are, not what they hold. HTTP servers log their requests this way. */
function describeInstance(value: object): unknown {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if ('method' in value && 'url' in value) {
    return { method: value.method, url: redactText(String(value.url).replace(/\?.*/s, '')) };
  }
  if ('statusCode' in value) return { statusCode: value.statusCode };
  return `[${value.constructor.name}]`;
}
