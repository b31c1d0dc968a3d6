import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../configuration/index.ts';
import { createDocuments } from './documents.ts';
import { OperationRefused } from './operation-refused.ts';

const schema = buildSchema('type Query { name: String secretPlan: String }');
const options = {
  schema,
  limits: { ...DEFAULT_POLICY.limits, tokens: 50 },
  introspection: true,
  plansByLiterals: 4,
};

describe('createDocuments', () => {
  it('parses and validates a text once', () => {
    const documents = createDocuments(options);
    expect(documents.prepare('{ name }')).toBe(documents.prepare('{ name }'));
  });

  it('remembers a refusal too', () => {
    const documents = createDocuments(options);
    const [first, second] = [
      refusal(() => documents.prepare('{ nope }')),
      refusal(() => documents.prepare('{ nope }')),
    ];
    expect(first).toBe(second);
  });

  it('forgets the least recently used beyond its bound', () => {
    const documents = createDocuments({ ...options, maxCachedCharacters: 250 });
    const first = documents.prepare('{ name }');
    documents.prepare('{ a: name }');
    documents.prepare('{ b: name }');
    expect(documents.prepare('{ name }')).not.toBe(first);
  });

  it('counts tokens before it does anything else', () => {
    const source = `{ ${'nope '.repeat(60)} }`;
    expect(() => createDocuments(options).prepare(source)).toThrow(/tokens: 50/);
  });

  it('names neither types nor suggestions where introspection is off', () => {
    const documents = createDocuments({ ...options, introspection: false });
    const error = refusal(() => documents.prepare('{ secretPlam }')) as OperationRefused;
    expect(error.errors.map(({ message }) => message)).toEqual([
      'Cannot query field "secretPlam" on type "Query".',
    ]);
    expect(() => documents.prepare('{ __schema { types { name } } }')).toThrow(OperationRefused);
    expect(documents.prepare('{ __typename }').document).toBeDefined();
  });

  it('refuses nesting that exhausts the stack, whatever the token limit', () => {
    const limits = { ...options.limits, tokens: 1_000_000 };
    const source = `{ name(x: ${'['.repeat(100_000)}`;
    expect(() => createDocuments({ ...options, limits }).prepare(source)).toThrow(
      expect.objectContaining({ code: 'OPERATION_LIMIT_EXCEEDED' }),
    );
  });
});

function refusal(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
