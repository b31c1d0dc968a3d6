import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 to allocate everything in its young generation, for the whole process and from now on. Left to itself it learns which places in the
 * code make objects that outlive that generation, and has the next ones among the old at once. While hundreds of requests wait their objects do
 * outlive it; but they die a moment later, and what is old is found dead only by a full collection. Until then it keeps all
 * that it points to, so the rest of the request seems long-lived, too: docs/decisions/0026-allocate-young.md.
 *
 * Whoever starts node with the flag, either way, is left with it.
 */
export function allocateYoung(arguments_: readonly string[] = process.execArgv): void {
  if (arguments_.some((argument) => /^--(no-?)?allocation[-_]site[-_]pretenuring$/.test(argument))) return;
  setFlagsFromString('--no-allocation-site-pretenuring');
}
