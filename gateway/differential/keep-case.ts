import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './case.ts';
import type { Engines } from './engines.ts';
import type { Finding } from './judge/run-case.ts';
import { runCase } from './judge/run-case.ts';
import { hashOf } from './random.ts';
import { shrinkCase } from './shrink/shrink-case.ts';
import type { Failure } from './tally.ts';

const KEPT = join(import.meta.dirname, 'kept');

/** Makes a failing case small and writes it to kept/, where the test finds it. */
export async function keepFailure({ case: failing, findings }: Failure, engines: Engines): Promise<string> {
  const kind = findings.map(kindOf)[0];
  const small = await shrinkCase(
    failing,
    async (candidate) => {
      const verdict = await runCase(candidate, engines);
      return verdict.kind === 'judged' && verdict.findings.some((finding) => kindOf(finding) === kind);
    },
    { attempts: 1500 },
  );
  mkdirSync(KEPT, { recursive: true });
  const text = `${JSON.stringify(small, undefined, 2)}\n`;
  const file = join(KEPT, `${hashOf(text).toString(16).padStart(8, '0')}.json`);
  writeFileSync(file, text);
  return file;
}

export function keptCases(): readonly (readonly [name: string, kept: Case])[] {
  return readdirSync(KEPT)
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file, JSON.parse(readFileSync(join(KEPT, file), 'utf8')) as Case]);
}

/** Failures that are likely different faults, the first of each. */
export function differentFailures(failures: readonly Failure[]): readonly Failure[] {
  const byKind = new Map<string, Failure>();
  for (const failure of failures) {
    const kind = failure.findings.map(kindOf).join();
    if (!byKind.has(kind)) byKind.set(kind, failure);
  }
  return [...byKind.values()];
}

/** Equal for findings that are likely one fault: the words without what the case made up. */
function kindOf({ engine, problem }: Finding): string {
  const words = problem.replaceAll(/…[^…]*…/g, '').match(/\b[a-z]{3,}\b/g) ?? [];
  return [engine, ...words.slice(0, 6)].join(' ');
}
