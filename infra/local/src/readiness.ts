import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;
const ATTEMPT_TIMEOUT_MS = 2000;

/** Resolves when the URL answers with 200. There is no time limit: a large seed takes as long as it takes. */
export async function waitUntilReady(url: string, signal: AbortSignal, pollMs = POLL_MS): Promise<void> {
  while (!(await answers(url, signal))) await delay(pollMs, undefined, { signal });
}

// Private:

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
