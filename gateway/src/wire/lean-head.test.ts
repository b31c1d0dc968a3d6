import { describe, expect, it } from 'vitest';
import { readLeanHead } from './lean-head.ts';

const read = (...lines: string[]) => readLeanHead(`GET /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\n`);

describe('readLeanHead', () => {
  it('reads names in any order and case, whatever the head before had', () => {
    const expected = { host: 'a', accept: '*/*', 'x-request-id': '1:2' };
    expect(read('host: a', 'accept: */*', 'x-request-id: 1:2')?.headers).toEqual(expected);
    expect(read('host: a', 'accept: */*', 'x-request-id: 1:2')?.headers).toEqual(expected);
    expect(read('Host: a', 'Accept: */*', 'X-Request-Id: 1:2')?.headers).toEqual(expected);
    expect(read('accept: */*', 'X-Request-ID:\t1:2 ', 'host:a')?.headers).toEqual(expected);
    expect(read('host: a', 'accept-language: de')?.headers).toEqual({ host: 'a', 'accept-language': 'de' });
    expect(read('host: a')?.headers).toEqual({ host: 'a' });
  });

  it('leaves a name that comes twice to node, also where both stand where they stood before', () => {
    expect(read('host: a', 'accept: b', 'via: c')).toBeDefined();
    expect(read('host: a', 'accept: b', 'accept: c')).toBeUndefined();
    expect(read('host: a', 'Accept: b', 'accept: c')).toBeUndefined();
    expect(read('host: a', 'host: b')).toBeUndefined();
  });

  it.each([
    ['a lone line feed in a value', 'accept: a\nvia: b'],
    ['a lone carriage return in a value', 'accept: a\rvia: b'],
    ['a line feed at the end of a value', 'accept: a\n'],
    ['a carriage return before the end of a line', 'accept: a\r'],
    ['a continued line', ' a: b'],
    ['a space before the colon', 'accept : a'],
    ['no colon', 'accept'],
    ['no name', ': a'],
    ['a control character', 'accept: \x00'],
    ['a name that frames', 'transfer-encoding: chunked'],
  ])('leaves %s to node', (_, line) => {
    expect(read('host: a', 'accept: b')).toBeDefined();
    expect(read('host: a', line)).toBeUndefined();
    expect(read('host: a', 'accept: b', line)).toBeUndefined();
  });

  it('reads names that hardly anybody writes, as many as there may be', () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `x-${'long'.repeat(20)}-${index}`);
    for (const name of names)
      expect(read('host: a', `${name}: b`)?.headers).toEqual({ host: 'a', [name]: 'b' });
    const lines = names.slice(0, 100).map((name) => `${name}: b`);
    expect(Object.keys(read('host: a', ...lines)?.headers ?? {})).toHaveLength(101);
  });
});
