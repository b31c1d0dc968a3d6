import { expect, it } from 'vitest';
import { schemaDigest } from './schema-digest.ts';

it('does not change with comments and layout, and does with a description', () => {
  const digest = schemaDigest('type Query { a: Int }');
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(schemaDigest('# why\ntype Query {\n  a: Int, # what\n}\n')).toBe(digest);
  expect(schemaDigest('"why" type Query { a: Int }')).not.toBe(digest);
});
