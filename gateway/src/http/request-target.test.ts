import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequestTarget } from './request-target.ts';

describe('parseRequestTarget', () => {
  it.each([
    ['/graphql', { path: '/graphql', search: '' }],
    ['/graphql?query=%7Bme%7D&x', { path: '/graphql', search: 'query=%7Bme%7D&x' }],
    ['/graphql#part', { path: '/graphql', search: '' }],
    ['/a/../graphql', { path: '/graphql', search: '' }],
    ['http://elsewhere/graphql?a=1', { path: '/graphql', search: 'a=1' }],
    ['//elsewhere/graphql', { path: '/graphql', search: '' }],
    [undefined, { path: '/', search: '' }],
    ['http://[', undefined],
  ])('reads %s', (target, expected) => {
    expect(parseRequestTarget(target)).toEqual(expected);
  });

  it('reads every target as a URL does', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      'graphql',
      '?',
      '#',
      '%2e',
      '%',
      'é',
      '\\',
      ':',
      '@',
      '=',
      '&',
      '"',
      ' ',
      '\t',
      ';',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const target = `/${pieces.join('')}`;
        const url = URL.parse(target, 'http://gateway');
        expect(parseRequestTarget(target)).toEqual(
          url ? { path: url.pathname, search: url.search.slice(1) } : undefined,
        );
      }),
      { numRuns: 2000 },
    );
  });
});
