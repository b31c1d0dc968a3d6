// In: what an environment serves, and a key. Out: bytes with a signature; and on the other side, what they say once they are proven.
export { DeliveryRefused, type RefusalReason } from './delivery-refused.ts';
export { etagOf } from './etag.ts';
export { LATENCY_BUCKETS, LATENCY_UPPER_BOUNDS_MS, latencyBucket } from './latency-buckets.ts';
export { type DeliveryNotice, digestOf, type NoticedCanary, type NoticedRelease } from './notice.ts';
export { createNoticeSigner, type NoticeSigner, SIGNATURE_HEADER, type SignedNotice } from './sign-notice.ts';
export {
  generateSigningKeys,
  type NamedKey,
  type PublicKeySet,
  publicKeySetOf,
  type SigningKeys,
} from './signing-keys.ts';
export { assertArtefact, createNoticeVerifier, type NoticeVerifier } from './verify-notice.ts';
