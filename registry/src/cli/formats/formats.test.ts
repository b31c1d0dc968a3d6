import { describe, expect, it } from 'vitest';
import type { Finding } from '../../contract/check.ts';
import type { Report } from '../report.ts';
import { formatGithub } from './github.ts';
import { formatJson } from './json.ts';
import { formatSarif } from './sarif.ts';
import { formatText } from './text.ts';

const BREAKING: Finding = {
  severity: 'error',
  rule: 'breaking/FIELD_REMOVED',
  coordinate: 'User.name',
  message: "Field 'name' was removed, 100% sure.",
  places: [
    { subgraph: 'users', line: 5, column: 6 },
    { subgraph: 'orders', line: 7, column: 1 },
  ],
  verdict: { kind: 'unsafe', why: '3 uses in 10 samples: web 1', samples: 10, uses: 3, usedBy: ['web 1'] },
};
const DEEPER: Finding = {
  severity: 'warning',
  rule: 'plan/FETCH_DEPTH_INCREASED',
  message: 'Home needs more.',
  places: [],
  plans: {
    operation: 'Home',
    depthBefore: 1,
    depthAfter: 2,
    before: 'QueryPlan {\n}',
    after: 'QueryPlan {\n  Sequence\n}',
  },
};
const REPORT: Report = {
  exitCode: 1,
  summary: 'check failed: users',
  findings: [BREAKING, DEEPER],
  source: { subgraph: 'users', file: 'services/a b/schema.graphql' },
  data: { passed: false },
};

describe('text', () => {
  it('has a line that an editor opens, the verdict, and both plans', () => {
    expect(formatText(REPORT)).toBe(`error breaking/FIELD_REMOVED User.name
    Field 'name' was removed, 100% sure.
    at services/a b/schema.graphql:5:6
    at orders (in the registry):7:1
    unsafe: 3 uses in 10 samples: web 1

warning plan/FETCH_DEPTH_INCREASED
    Home needs more.
    before, 1 fetches deep:
      QueryPlan {
      }
    after, 2 fetches deep:
      QueryPlan {
        Sequence
      }

check failed: users
`);
  });

  it('of a document is the document', () => {
    expect(formatText({ ...REPORT, findings: [], document: 'type Query' })).toBe('type Query');
  });
});

it('json has all of it', () => {
  expect(JSON.parse(formatJson(REPORT))).toEqual({
    ok: false,
    exitCode: 1,
    summary: 'check failed: users',
    findings: [BREAKING, DEEPER],
    source: REPORT.source,
    data: { passed: false },
  });
});

describe('github', () => {
  it('annotates the lines of the file, escaped', () => {
    const [first, second, last] = formatGithub(REPORT).split('\n');
    expect(first).toBe(
      "::error file=services/a b/schema.graphql,line=5,col=6,title=breaking/FIELD_REMOVED User.name::Field 'name' was removed, 100%25 sure.%0Aunsafe: 3 uses in 10 samples: web 1%0Aat orders (in the registry):7:1",
    );
    expect(second).toMatch(
      /^::warning title=plan\/FETCH_DEPTH_INCREASED::Home needs more\.%0Abefore:%0AQueryPlan \{%0A\}/,
    );
    expect(last).toBe('check failed: users');
  });

  it('annotates a failure that has no finding', () => {
    const report = { ...REPORT, findings: [], summary: 'failed: away', lines: ['help'] };
    expect(formatGithub(report)).toBe('::error title=tributary::failed: away%0Ahelp\nfailed: away\nhelp\n');
  });

  it('escapes what would end a property', () => {
    const finding = { ...BREAKING, coordinate: 'User.friends(first:)' };
    expect(formatGithub({ ...REPORT, findings: [finding] })).toContain('User.friends(first%3A)::');
  });
});

it('sarif has a result for each finding, at its place', () => {
  const [run] = JSON.parse(formatSarif(REPORT)).runs;
  expect(run.tool.driver.rules).toEqual([
    { id: 'breaking/FIELD_REMOVED' },
    { id: 'plan/FETCH_DEPTH_INCREASED' },
  ]);
  expect(run.invocations).toMatchObject([{ exitCode: 1, executionSuccessful: true }]);
  expect(run.results).toMatchObject([
    {
      ruleId: 'breaking/FIELD_REMOVED',
      ruleIndex: 0,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'services/a%20b/schema.graphql' },
            region: { startLine: 5, startColumn: 6 },
          },
        },
      ],
      properties: { coordinate: 'User.name', verdict: { kind: 'unsafe' } },
    },
    { ruleIndex: 1, level: 'warning', locations: [] },
  ]);
});
