import { parentPort } from 'node:worker_threads';
import { ENGINES } from './engines.ts';
import { runFederation } from './run-federation.ts';

// Judges one federation after the other, each by its seed.
parentPort?.on('message', async (seed: string) => {
  parentPort?.postMessage(await runFederation(seed, ENGINES));
});
