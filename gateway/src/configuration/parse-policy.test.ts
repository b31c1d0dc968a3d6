import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { policyJsonSchema } from './json-schema.ts';
import { PolicyError, parsePolicy } from './parse-policy.ts';
import { DEFAULT_POLICY } from './policy.ts';

describe('parsePolicy', () => {
  it.each(['', '# nothing', 'limits:\n  # depth: 3\n', '{}'])('takes %j as all defaults', (text) => {
    expect(parsePolicy(text, 'p.yaml')).toEqual(DEFAULT_POLICY);
  });

  it('keeps the defaults of what the file leaves out', () => {
    const { limits, traffic } = parsePolicy(
      'limits: { depth: 7 }\ntraffic: { subgraphs: { a: { timeoutMs: 5 } } }',
      'p',
    );
    expect(limits).toEqual({ ...DEFAULT_POLICY.limits, depth: 7 });
    expect(traffic.subgraphs).toEqual({ a: { timeoutMs: 5 } });
  });

  it('names the line of each unknown key and bad value, all at once, in order', () => {
    const text = [
      'limits:',
      '  depht: 3',
      '  depth: deep',
      'traffic:',
      '  subgraphs:',
      '    a:',
      '      timeoutMs: 0',
    ];
    expect(faultsOf(text.join('\n'))).toEqual([
      'p.yaml:2: limits.depht is not a key of the policy file',
      expect.stringMatching(/^p\.yaml:3: limits\.depth: /),
      expect.stringMatching(/^p\.yaml:7: traffic\.subgraphs\.a\.timeoutMs: /),
    ]);
  });

  it.each([
    ['headers:\n  forward:\n    - Cookie', 3],
    ['headers:\n  forward: [x-tributary-identity]', 2],
    ['headers:\n  forward: [cookie, traceparent]', 2],
    ['security:\n  allowedOrigins:\n    - app.example', 3],
    ['limits:\n  depth: 3\nlimits: {}', 3],
    ['a: [', 1],
    ['- a list', 1],
    ['just a text', 1],
    ['limits: { depth: 1e99 }', 1],
    ['planning:\n  overrideLabels:\n    moved: 101', 3],
    ['planning:\n  overrideLabels:\n    percent(5): 5', 3],
  ])('refuses %j at line %i', (text, line) => {
    expect(faultsOf(text)[0]).toMatch(new RegExp(`^p\\.yaml:${line}: `));
  });

  it('refuses an alias bomb', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, i) => {
        const previous = 'abcdefg'[i];
        return `${name}: &${name} [${Array(10).fill(`*${previous}`).join(',')}]`;
      }),
    ];
    expect(faultsOf(bomb.join('\n')).length).toBeGreaterThan(0);
  });
});

it('the published JSON Schema is the one that the code checks by (npm run config:schema writes it)', async () => {
  const published = await readFile(new URL('../../gateway-config.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(published)).toEqual(policyJsonSchema());
});

function faultsOf(text: string): readonly string[] {
  try {
    parsePolicy(text, 'p.yaml');
  } catch (error) {
    if (error instanceof PolicyError) return error.faults;
    throw error;
  }
  return [];
}
