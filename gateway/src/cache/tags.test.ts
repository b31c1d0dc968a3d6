import { describe, expect, it } from 'vitest';
import { toByteText } from '../subgraph/byte-text.ts';
import { canonicalTag, representationTags, tagsOfAnswer } from './tags.ts';

describe('representationTags', () => {
  it('names type and key', () => {
    expect(representationTags('{"__typename":"User","id":"1"}')).toEqual(['type:User', 'User:{"id":"1"}']);
  });

  it('finds an entity by a key of one field whatever else was sent', () => {
    const text = toByteText('{"total":{"b":1,"a":"é"},"__typename":"Order","id":"7"}');
    expect(representationTags(text)).toEqual([
      'type:Order',
      'Order:{"id":"7","total":{"a":"é","b":1}}',
      'Order:{"id":"7"}',
    ]);
  });

  it('keeps every digit of a number', () => {
    expect(representationTags('{"__typename":"Row","id":12345678901234567890,"at":1}')).toContain(
      'Row:{"id":12345678901234567890}',
    );
  });
});

describe('canonicalTag', () => {
  it.each([
    ['User:{ "id" : "1" }', 'User:{"id":"1"}'],
    ['User:{"b":2,"a":{"d":1,"c":0}}', 'User:{"a":{"c":0,"d":1},"b":2}'],
    ['User:{broken', 'User:{broken'],
    ['User:{broken}', 'User:{broken}'],
    ['type:User', 'type:User'],
    ['anything at all', 'anything at all'],
  ])('%s is %s', (tag, canonical) => {
    expect(canonicalTag(tag)).toBe(canonical);
  });
});

describe('tagsOfAnswer', () => {
  it('takes those of the header and of both extensions', () => {
    const extensions = '{"apolloCacheTags":["shelf-1"],"apolloEntityCacheTags":[["a","b"],["c"],7]}';
    expect(tagsOfAnswer('front, shelf-2 ,', extensions)).toEqual({
      all: ['front', 'shelf-2', 'shelf-1'],
      byEntity: [['a', 'b'], ['c'], []],
    });
  });

  it('takes none of what is not text, too long or too many', () => {
    const many = Array.from({ length: 500 }, (_, index) => `t${index}`);
    const extensions = JSON.stringify({ apolloCacheTags: [null, 'x'.repeat(5_000), {}, ...many, 't0'] });
    expect(tagsOfAnswer(undefined, extensions).all).toEqual(many.slice(0, 100));
    expect(tagsOfAnswer(undefined, '{"apolloCacheTags":"x"}')).toEqual({ all: [], byEntity: [] });
  });
});
