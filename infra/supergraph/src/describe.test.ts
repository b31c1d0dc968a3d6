import { describe, expect, it } from 'vitest';
import { describeDifference } from './describe-difference.ts';
import { describeProblems } from './describe-problems.ts';

describe('describeDifference', () => {
  it('has nothing to say about equal texts', () => {
    expect(describeDifference('a\nb\n', 'a\nb\n')).toBeUndefined();
  });

  it('shows the lines that only one text has, from the first difference on', () => {
    expect(describeDifference('type A {\n  x: Int\n}\n', 'type A {\n  x: Int!\n  y: Int\n}\n')).toBe(
      'first difference in line 2\n  -   x: Int\n  +   x: Int!\n  +   y: Int',
    );
  });

  it('keeps a long difference short', () => {
    const long = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n');

    expect(describeDifference('', long)?.split('\n').at(-1)).toBe('  … and 28 more');
  });

  it('notices lines that only changed places', () => {
    expect(describeDifference('a\nb', 'b\na')).toBe('first difference in line 1');
  });
});

describe('describeProblems', () => {
  it('lists code, message, and each place relative to the repository', () => {
    const place = { subgraph: 'users', path: '/repo/services/users/schema.graphql', line: 4, column: 2 };

    expect(
      describeProblems([{ code: 'KEY_INVALID_FIELDS', message: 'No such field', places: [place] }], '/repo'),
    ).toBe(
      [
        '1 problem keeps the subgraphs from composing:',
        '  KEY_INVALID_FIELDS: No such field',
        '    users    services/users/schema.graphql:4:2',
      ].join('\n'),
    );
  });
});
