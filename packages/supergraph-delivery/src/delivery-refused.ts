/** Why a delivery is not served. Labels of a metric, so a closed set. */
export type RefusalReason =
  /** No signature, one that is not of these bytes, or one by a key that nobody here knows. */
  | 'signature'
  /** Signed, but not what this version understands. */
  | 'format'
  /** Signed for another environment. */
  | 'environment'
  /** Older than what is known already, or another under the same number. */
  | 'replay'
  /** The artefact is not the one that the notice names. */
  | 'digest';

/** The message says what was refused; it never holds a key or a schema. */
export class DeliveryRefused extends Error {
  override readonly name = 'DeliveryRefused';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
