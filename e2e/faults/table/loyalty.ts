import type { Fault } from '../../src/fault-proxy.ts';
import type { Script, Step, TrueAnswer } from '../../src/fault-script.ts';
import type { FaultRow, MetricSign } from './fault-row.ts';
import type { Stage } from './stage.ts';

/** Limits of e2e/faults/gateway.yaml for one fetch to loyalty. */
export const LIMITS = { fetchMs: 1_000, connectMs: 200, responseBytes: 1_000_000 };
/** Without waiting for anything; what a busy machine may take. */
export const AT_ONCE_MS = 800;
/** After one fetch's time has run out: loyalty's fetches of the home query wait at the same time. */
export const ONE_TIMEOUT_MS = LIMITS.fetchMs + AT_ONCE_MS;

type Code =
  | 'SUBGRAPH_UNAVAILABLE'
  | 'SUBGRAPH_TIMEOUT'
  | 'SUBGRAPH_MALFORMED_RESPONSE'
  | 'SUBGRAPH_OVERLOADED'
  | 'SUBGRAPH_CIRCUIT_OPEN';

/** What everyone sees of a fetch that fails with the code: the client, the trace, the metrics, the log. */
export function loyaltyLost(
  code: Code,
  reason: RegExp,
): Pick<FaultRow, 'client' | 'withinMs' | 'span' | 'metric' | 'log'> {
  return {
    client: { status: 200, data: 'all but loyalty', codes: [code], degraded: [`loyalty ${code}`] },
    withinMs: code === 'SUBGRAPH_TIMEOUT' ? ONE_TIMEOUT_MS : AT_ONCE_MS,
    span: { name: 'fetch loyalty', attributes: { 'error.type': code } },
    metric: fetches(code),
    log: { msg: 'fetch failed', fields: { subgraph: 'loyalty', code, reason } },
  };
}

/** What everyone sees of a fault that costs nobody anything. */
export function nothingLost(): Pick<FaultRow, 'client' | 'withinMs' | 'span' | 'metric'> {
  return {
    client: { status: 200, data: 'whole', codes: [] },
    withinMs: AT_ONCE_MS,
    span: { name: 'fetch loyalty', attributes: { 'tributary.subgraph': 'loyalty' } },
    metric: fetches('ok'),
  };
}

export function fetches(outcome: string): MetricSign {
  return { name: 'subgraph_request_duration_seconds_count', labels: { subgraph: 'loyalty', outcome } };
}

/** Loyalty behaves so, until disposed. */
export const loyalty =
  (fault: Fault) =>
  ({ federation }: Stage): Disposable => {
    const proxy = federation.proxies.loyalty;
    proxy.fault = fault;
    return {
      [Symbol.dispose]: () => {
        proxy.fault = { kind: 'none' };
      },
    };
  };

/** Loyalty does its work, then says this. */
export const says = (script: Script) => loyalty({ kind: 'script', script });

/** Loyalty does its work, then this body comes, well framed. */
export const saysBody = (
  change: (body: string) => string | Uint8Array,
  { status = '200 OK', fields = JSON_FIELDS }: { status?: string; fields?: Fields } = {},
) =>
  says(({ body }) => {
    const bytes = Buffer.from(change(body));
    return [head(status, { ...fields, 'content-length': String(bytes.length) }), bytes];
  });

export type Fields = Readonly<Record<string, string>>;
export const JSON_FIELDS: Fields = { 'content-type': 'application/json' };

export function head(status: string, fields: Fields): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`;
}

/** The whole answer as it should have been, to be cut and interrupted. */
export function wholeAnswer({ body }: TrueAnswer): string {
  return `${head('200 OK', { ...JSON_FIELDS, 'content-length': String(Buffer.byteLength(body)) })}${body}`;
}

/** The first part of the answer, then the step. `share` is of its head or its body. */
export function interrupted(part: 'head' | 'body', then: readonly Step[]): Script {
  return (answer) => {
    const text = wholeAnswer(answer);
    const headLength = text.indexOf('\r\n\r\n') + 4;
    const end = part === 'head' ? headLength / 2 : headLength + answer.body.length / 2;
    return [text.slice(0, end), ...then];
  };
}
