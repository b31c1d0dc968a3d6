import { describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';
import type { ModuleExports, StepCode } from './load-module.ts';

const planner = compose({
  users: 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }',
  reviews: 'type User @key(fields: "id") { id: ID! rating: Int }',
});

const SOURCE = '{ me { name rating } }';
const fail = (): never => {
  throw new TypeError('a fault of ours');
};

/** What a client gets where a part of the code has a fault, and how often subgraphs were asked for it. */
async function answer(damage: (module: ModuleExports, entities: StepCode) => void) {
  const engine = new TestEngine(planner)
    .replies('users', '{"data":{"me":{"__typename":"User","id":"1","name":"n"}}}')
    .replies('reviews', '{"data":{"_entities":[{"rating":5}]}}');
  const { module } = await engine.compile(SOURCE);
  damage(module, module.steps[1] as StepCode);
  const { text, why } = await engine.execute(SOURCE);
  return { text, why, requests: engine.sent.length };
}

describe('a fault in the code of an operation', () => {
  it.each<[string, (module: ModuleExports, entities: StepCode) => void]>([
    ['reads', ({ steps }) => void Object.assign(steps[0] as StepCode, { read: fail })],
    ['asks for entities', (_module, entities) => void Object.assign(entities, { ask: fail })],
    ['reads entities', (_module, entities) => void Object.assign(entities, { entities: fail })],
    ['gives entities to their nodes', (_module, entities) => void Object.assign(entities, { give: fail })],
    ['writes', (module) => void Object.assign(module, { write: fail })],
  ])('costs the client nothing but time where it %s', async (_what, damage) => {
    expect(await answer(damage)).toEqual({
      text: '{"data":{"me":{"name":"n","rating":5}}}',
      why: 'the code failed: TypeError: a fault of ours',
      requests: 2,
    });
  });
});
