export { DateTime } from './date-time.ts';
export { Decimal } from './decimal.ts';
