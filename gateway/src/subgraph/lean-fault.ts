/**
 * What the lean client rejects with, beside the signal's reason and the operating system's own errors. The first two
 * say that the answer is wrong, the others that there is none.
 */
export type LeanFaultCode =
  | 'LEAN_MALFORMED_RESPONSE'
  | 'LEAN_RESPONSE_TOO_LARGE'
  | 'LEAN_CONNECTION_CLOSED'
  | 'LEAN_CONNECT_TIMEOUT'
  | 'LEAN_REQUEST_REFUSED';

export class LeanFault extends Error {
  override readonly name = 'LeanFault';
  readonly code: LeanFaultCode;

  constructor(code: LeanFaultCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Names the rule and never the bytes: they may hold personal data, and faults are logged. */
export function malformed(rule: string): LeanFault {
  return new LeanFault('LEAN_MALFORMED_RESPONSE', `The HTTP response breaks a rule: ${rule}`);
}

export function tooLarge(maxBytes: number): LeanFault {
  return new LeanFault('LEAN_RESPONSE_TOO_LARGE', `The response body is larger than ${maxBytes} bytes`);
}
