import { describe, expect, it } from 'vitest';
import { explain } from './explain.ts';
import { compose } from './testing/compose.ts';
import { requestOf } from './testing/request-of.ts';
import { TestEngine } from './testing/test-engine.ts';

const planner = compose({
  users: `
    type Query { me: User you: User }
    type User @key(fields: "id") { id: ID! name: String }
  `,
  reviews: 'type User @key(fields: "id") { id: ID! rating: Int }',
});

async function explained(source: string) {
  const { executor } = new TestEngine(planner);
  const prepared = await executor.prepared.get(requestOf(source, planner), []);
  return explain(prepared.plan, executor.compiledFor(prepared, {}));
}

describe('an explanation', () => {
  it('shows the plan with its fetches numbered, and which of them are one request', async () => {
    const { plan } = await explained('{ me { rating } you { rating } }');
    expect(plan).toContain(`
      Flatten(path: "you") {
        Fetch(2, service: "reviews") {
          { ... on User { __typename id } } => query ($representations: [_Any!]!) {
            _entities(representations: $representations) {
              ... on User {
                rating
              }
            }
          }
        }
      }
`);
    expect(plan).toMatch(/^QueryPlan \{\n {2}Sequence \{\n {4}Fetch\(0, service: "users"\) \{\n/);
    expect(plan).toMatch(/\n\n# One request to reviews: fetches 1, 2\n$/);
  });

  it('shows conditions of the plan', async () => {
    const { plan } = await explained(
      'query ($a: Boolean! = true, $b: Boolean! = true) { me { id rating @include(if: $a) } you { id rating @skip(if: $b) } }',
    );
    expect(plan).toContain('Include(if: $a) {');
    expect(plan).toContain('Skip(if: $b) {');
  });

  it('shows the code, with what it expects in comments', async () => {
    const { code } = await explained('{ me { name } }');
    expect(code).toContain('// {"name":');
    expect(code).toMatch(/^function write\(ofRun\) \{\n {2}run = ofRun;\n/m);
  });

  it('says why there is no code', async () => {
    expect(await explained('{ __type(name: "User") { name } }')).toEqual({
      plan: 'QueryPlan {}\n\n# By the complete executor: introspection\n',
      code: undefined,
    });
  });
});
