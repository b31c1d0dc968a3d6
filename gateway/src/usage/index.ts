// In: operations that were accepted, with their variables and the name of the client. Out: reports to the registry of what
// clients use, in counts. No values, and nothing in the way of a request but a few counters.
export { createUsage, type Usage } from './create-usage.ts';
export type { ClientUsage } from './usage-batch.ts';
