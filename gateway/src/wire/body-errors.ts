import { TributaryError } from '@tributary/errors';

export function bodyTooLarge(maxBytes: number): TributaryError {
  return new TributaryError('PAYLOAD_TOO_LARGE', `The body exceeds ${maxBytes} bytes`);
}

export function bodyEndedEarly(): TributaryError {
  return new TributaryError('BAD_REQUEST', 'The body ended early');
}
