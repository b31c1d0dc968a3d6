// In: a parsed document. Out: nothing, or the limit that it exceeds.
export { assertWithinLimits, exceeded } from './operation-limits.ts';
