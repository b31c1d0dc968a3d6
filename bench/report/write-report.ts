import type { BenchResults } from '../harness/results.ts';

export async function writeReport(_results: BenchResults): Promise<void> {}
