import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

describe('allocateYoung', () => {
  it('keeps the engine from allocating among the old objects what outlives the young ones', () => {
    expect(placesAllocatedOld('')).toBeGreaterThan(0);
    expect(placesAllocatedOld('allocateYoung();')).toBe(0);
  });

  it('leaves it to who started node with the flag', () => {
    expect(placesAllocatedOld('allocateYoung();', '--allocation-site-pretenuring')).toBeGreaterThan(0);
    expect(placesAllocatedOld('', '--no-allocation-site-pretenuring')).toBe(0);
  });
});

const MODULE = new URL('./allocate-young.ts', import.meta.url);

/** How many decisions of that kind V8 tells of in a process whose objects all live for a while. */
function placesAllocatedOld(first: string, ...flags: readonly string[]): number {
  const code = `
    import { allocateYoung } from ${JSON.stringify(MODULE)};
    ${first}
    const make = (n) => ({ n, list: [n] });
    let kept = [];
    for (let n = 0; n < 400_000; n++) {
      kept.push(make(n));
      if (kept.length === 50_000) kept = [];
    }`;
  const tell = ['--max-semi-space-size=1', '--trace-pretenuring-statistics'];
  const output = execFileSync(process.execPath, [...tell, ...flags, '--input-type=module', '--eval', code], {
    encoding: 'utf8',
  });
  return output.split('=> tenure').length - 1;
}
