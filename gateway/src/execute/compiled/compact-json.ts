/** Whether a JSON text has white space where the compiled readers expect none; servers that have it have it everywhere. */
export function hasWhiteSpace(body: Uint8Array): boolean {
  return isWhiteSpace(body[0]) || isWhiteSpace(body[1]) || isWhiteSpace(body[8]) || isWhiteSpace(body[7]);
}

/** The same JSON without white space between its tokens; what is inside strings stays. */
export function compactJson(body: Uint8Array): Buffer {
  const compact = Buffer.allocUnsafe(body.length);
  let length = 0;
  let isInString = false;
  for (let p = 0; p < body.length; p++) {
    const byte = body[p] as number;
    if (isInString) {
      if (byte === 92) compact[length++] = body[p++] as number;
      else if (byte === 34) isInString = false;
    } else if (byte === 34) isInString = true;
    else if (isWhiteSpace(byte)) continue;
    // What white space parts is two values, which is no JSON and must not become some.
    else if (isWhiteSpace(body[p - 1]) && !isPunctuation(byte) && !isPunctuation(compact[length - 1])) {
      compact[length++] = 32;
    }
    compact[length++] = body[p] as number;
  }
  return compact.subarray(0, length);
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

const PUNCTUATION = new Set([...Buffer.from('{}[]:,"'), undefined]);

function isPunctuation(byte: number | undefined): boolean {
  return PUNCTUATION.has(byte);
}
