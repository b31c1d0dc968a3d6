/** Between processes: how many whole milliseconds the sender goes on waiting. A duration, since clocks differ. */
export const REQUEST_TIMEOUT_HEADER = 'x-request-timeout-ms';
