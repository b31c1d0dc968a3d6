/** What a test wants to know of a span that went over the wire. */
export interface CollectedSpan {
  readonly service: string;
  readonly resource: Readonly<Record<string, AttributeValue>>;
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the root of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** As OTLP numbers them: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly hasError: boolean;
}

export type AttributeValue = string | number | boolean | undefined;

/**
 * Decodes an ExportTraceServiceRequest, as far as CollectedSpan goes. Field numbers are those of
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 */
export function decodeTraceRequest(bytes: Uint8Array): CollectedSpan[] {
  return all(readMessage(bytes), 1).flatMap((resourceSpans) => {
    const resource = toAttributes(all(only(resourceSpans, 1), 1));
    return all(resourceSpans, 2).flatMap((scopeSpans) => {
      const scope = text(only(scopeSpans, 1), 1);
      return all(scopeSpans, 2).map((span) => ({
        service: String(resource['service.name']),
        resource,
        scope,
        traceId: hex(span, 1),
        spanId: hex(span, 2),
        parentSpanId: hex(span, 4),
        name: text(span, 5),
        kind: integer(span, 6),
        attributes: toAttributes(all(span, 9)),
        hasError: integer(only(span, 15), 3) === 2,
      }));
    });
  });
}

// Private:

/** A protobuf message as its fields: number to values, where a value is an integer or the bytes it spans. */
type Message = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

function readMessage(bytes: Uint8Array): Message {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const readValue = (wireType: number): bigint | Uint8Array => {
    if (wireType === 0) return varint();
    if (wireType === 1) return take(8);
    if (wireType === 2) return take(Number(varint()));
    if (wireType === 5) return take(4);
    throw new Error(`unknown protobuf wire type ${wireType}`);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const values = fields.get(tag >> 3) ?? [];
    values.push(readValue(tag & 7));
    fields.set(tag >> 3, values);
  }
  return fields;
}

function bytesOf(message: Message, field: number): Uint8Array {
  const value = message.get(field)?.[0];
  return value instanceof Uint8Array ? value : new Uint8Array();
}

const text = (message: Message, field: number) => Buffer.from(bytesOf(message, field)).toString('utf8');
const hex = (message: Message, field: number) => Buffer.from(bytesOf(message, field)).toString('hex');
const only = (message: Message, field: number) => readMessage(bytesOf(message, field));

function integer(message: Message, field: number): number {
  const value = message.get(field)?.[0];
  return typeof value === 'bigint' ? Number(value) : 0;
}

function all(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((value) =>
    readMessage(value instanceof Uint8Array ? value : new Uint8Array()),
  );
}

function toAttributes(keyValues: readonly Message[]): Record<string, AttributeValue> {
  return Object.fromEntries(
    keyValues.map((keyValue) => [text(keyValue, 1), toAttributeValue(only(keyValue, 2))]),
  );
}

/** AnyValue: 1 string, 2 boolean, 3 integer, 4 double; arrays and maps are left out. */
function toAttributeValue(value: Message): AttributeValue {
  if (value.has(1)) return text(value, 1);
  if (value.has(2)) return integer(value, 2) === 1;
  if (value.has(3)) return integer(value, 3);
  if (value.has(4)) return Buffer.from(bytesOf(value, 4)).readDoubleLE();
  return undefined;
}
