import type { IncomingHttpHeaders } from 'node:http';
import { expect, it } from 'vitest';
import { assertNotCrossSite } from './cross-site.ts';

const host = 'api.example';

it.each<[string, IncomingHttpHeaders]>([
  ['a client that is no browser', {}],
  ['a page of the same origin', { 'sec-fetch-site': 'same-origin', cookie: 'a=b' }],
  ['a person who types the address', { 'sec-fetch-site': 'none', cookie: 'a=b' }],
  ['a page that was preflighted', { 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': 'true' }],
  ['an Apollo client', { 'sec-fetch-site': 'cross-site', 'x-apollo-operation-name': 'Home' }],
  ['an allowed origin', { 'sec-fetch-site': 'cross-site', origin: 'https://app.example' }],
  ['an older browser on the same origin', { origin: 'https://api.example' }],
])('lets through the GET of %s', (_, headers) => {
  expect(() => assertNotCrossSite({ host, ...headers }, ['https://app.example'])).not.toThrow();
});

it.each<[string, IncomingHttpHeaders]>([
  ['an image on another site', { 'sec-fetch-site': 'cross-site' }],
  ['a page on a sibling domain', { 'sec-fetch-site': 'same-site' }],
  ['a script on another origin', { origin: 'https://evil.example' }],
  ['a sandboxed frame', { origin: 'null' }],
  ['an old browser that brings cookies', { cookie: 'session=1' }],
  [
    'an origin that only looks allowed',
    { 'sec-fetch-site': 'cross-site', origin: 'https://app.example.evil.test' },
  ],
  ['an empty preflight header', { 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': '' }],
])('refuses the GET of %s', (_, headers) => {
  expect(() => assertNotCrossSite({ host, ...headers }, ['https://app.example'])).toThrow(
    expect.objectContaining({ code: 'CSRF_PREVENTED' }),
  );
});
