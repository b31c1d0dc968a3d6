// In: the head of each request, before anything of it is read. Out: whether the process has time for it.
export { LoadGuard, type LoadGuardOptions, type Refusal } from './load-guard.ts';
