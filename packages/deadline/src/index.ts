/**
 * How long the work for one request may go on, and whether anybody still waits for it.
 *
 * In: a time budget, and the news that the caller has gone. Out: one signal with one coded error, found by whatever runs
 * for the request without being handed to it.
 */
export { currentDeadline, runWithin } from './current-deadline.ts';
export { createDeadline, type Deadline, type EndOfRequest, type OwnedDeadline } from './deadline.ts';
export { REQUEST_TIMEOUT_HEADER } from './request-timeout-header.ts';
