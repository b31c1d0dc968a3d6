// Frontend messages after which the server has to answer. Everything before them only collects work:
// https://www.postgresql.org/docs/current/protocol-message-formats.html
const ANSWERED = new Set(['Q', 'S', 'H', 'F', 'c', 'f'].map((type) => type.charCodeAt(0)));
const TERMINATE = 'X'.charCodeAt(0);

/** The startup packet is the only message without a type byte: its length's high byte comes first. */
export function isStartup(bytes: Uint8Array): boolean {
  return bytes[0] === 0;
}

export function isTerminate(bytes: Uint8Array): boolean {
  return bytes[0] === TERMINATE;
}

/** Whether the last message of `bytes` (whole messages only) is one that the server answers. */
export function endsWithAnswered(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let type = 0;
  for (let offset = 0; offset + 5 <= bytes.length; ) {
    type = view.getUint8(offset);
    offset += 1 + view.getInt32(offset + 1);
  }
  return ANSWERED.has(type);
}

/** Whether the server's answer ends with ReadyForQuery outside of any transaction. */
export function endsIdle(answer: Uint8Array): boolean {
  const [type, , , , length, status] = answer.subarray(-6);
  return type === 'Z'.charCodeAt(0) && length === 5 && status === 'I'.charCodeAt(0);
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  // A fresh buffer even for one chunk: it is transferred to the other thread, and Node's small
  // buffers share one pool that must not leave with it.
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** A simple-protocol Query message. */
export function queryMessage(sql: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(sql);
  const message = new Uint8Array(text.length + 6);
  message[0] = 'Q'.charCodeAt(0);
  new DataView(message.buffer).setInt32(1, text.length + 5);
  message.set(text, 5);
  return message;
}

export const SYNC_MESSAGE: Uint8Array<ArrayBuffer> = Uint8Array.of('S'.charCodeAt(0), 0, 0, 0, 4);
