import { readFile, writeFile } from 'node:fs/promises';
import { waitUntil } from '../../src/process.ts';
import type { Stage } from './stage.ts';

/** The gateway follows the changed policy file, until disposed. */
export async function policy(stage: Stage, change: (text: string) => string): Promise<AsyncDisposable> {
  const text = await readFile(stage.policyFile, 'utf8');
  const follow = async (next: string) => {
    const logged = stage.listen('gateway');
    await writeFile(stage.policyFile, next);
    await waitUntil('the gateway follows the policy', () =>
      logged().some((line) => line.msg === 'follows a new policy'),
    );
  };
  await follow(change(text));
  return { [Symbol.asyncDispose]: () => follow(text) };
}
