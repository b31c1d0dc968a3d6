import { describe, expect, it } from 'vitest';
import { assertJsonBody, negotiateMediaType } from './media-type.ts';

describe('negotiateMediaType', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/graphql-response+json', 'application/graphql-response+json'],
    ['application/json, application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
    ['application/graphql-response+json;q=0.5, application/json;q=0.9', 'application/json'],
    ['application/graphql-response+json;charset=utf-8, */*;q=0.1', 'application/graphql-response+json'],
    ['text/html, application/xhtml+xml, */*;q=0.8', 'application/json'],
    ['application/json;q=0, */*', 'application/graphql-response+json'],
    ['APPLICATION/JSON', 'application/json'],
  ])('answers %j with %s', (accept, expected) => {
    expect(negotiateMediaType(accept)).toBe(expected);
  });

  it.each(['text/html', 'application/json;q=0', 'application/json;charset=latin1', 'nonsense', ',;='])(
    'refuses %j',
    (accept) => {
      expect(() => negotiateMediaType(accept)).toThrow(expect.objectContaining({ code: 'NOT_ACCEPTABLE' }));
    },
  );
});

describe('assertJsonBody', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'accepts %s',
    (type) => {
      expect(() => assertJsonBody(type)).not.toThrow();
    },
  );

  it.each([
    undefined,
    '',
    'text/plain',
    'text/plain; application/json',
    'application/json; charset=latin1',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    'application/jsonp',
  ])('refuses %s, which a form could send across sites', (type) => {
    expect(() => assertJsonBody(type)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }));
  });
});
