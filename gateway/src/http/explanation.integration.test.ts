import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CreateEngine } from '../execute/index.ts';
import { startTestGateway } from '../testing/index.ts';

const PLAN = 'Fetch("cafés") { me }';

/** Answers as text, as compiled operations do, or as a result. */
const createEngine: CreateEngine = async () => ({
  schema: buildSchema('type Query { fast: String slow: String }'),
  execute: async ({ source }) =>
    source.includes('fast')
      ? { kind: 'text', text: Buffer.from('{"data":{"fast":"né"}}').toString('latin1') }
      : { kind: 'result', result: { data: { slow: 'né' } } },
  explain: async () => ({ plan: PLAN, code: 'read()' }),
  [Symbol.asyncDispose]: async () => {},
});

describe('the header tributary-explain', () => {
  it.each(['fast', 'slow'])('adds the query plan to an answer (%s)', async (field) => {
    await using gateway = await startTestGateway({ supergraphSdl: '', createEngine });
    const answer = await gateway.query(`{ ${field} }`, { headers: { 'tributary-explain': 'plan' } });
    expect(answer).toMatchObject({ data: { [field]: 'né' }, extensions: { queryPlan: PLAN } });
    expect(answer.extensions).not.toHaveProperty('compiledCode');
  });

  it('adds the code where that is asked for', async () => {
    await using gateway = await startTestGateway({ supergraphSdl: '', createEngine });
    const answer = await gateway.query('{ fast }', { headers: { 'tributary-explain': 'code' } });
    expect(answer.extensions).toEqual({ queryPlan: PLAN, compiledCode: 'read()' });
  });

  it.each<[string, boolean, string]>([
    ['where introspection is off', false, 'plan'],
    ['when it asks for something else', true, 'everything'],
  ])('changes nothing %s', async (_, introspection, explain) => {
    await using gateway = await startTestGateway({ supergraphSdl: '', createEngine, introspection });
    const answer = await gateway.query('{ fast }', { headers: { 'tributary-explain': explain } });
    expect(answer).toMatchObject({ data: { fast: 'né' } });
    expect(answer).not.toHaveProperty('extensions');
  });
});
