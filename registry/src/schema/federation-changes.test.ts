import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { federationChanges } from './federation-changes.ts';

const LINK = (more: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", ${more})\n`;

function changes(before: string, after: string): readonly string[] {
  return federationChanges(parse(before), parse(after)).map(
    ({ type, coordinate, level }) => `${type} ${coordinate} ${level}`,
  );
}

describe('what gateways notice', () => {
  it.each([
    ['Federation 1', '', '@key(fields: "id")', ''],
    ['an imported name', LINK('import: ["@key"]'), '@key(fields: "id")', ''],
    ['a renamed import', LINK('import: [{ name: "@key", as: "@primary" }]'), '@primary(fields: "id")', ''],
    ['the namespace', LINK('import: []'), '@federation__key(fields: "id")', ''],
    ['another namespace', LINK('as: "fed"'), '@fed__key(fields: "id")', ''],
  ])('a key that goes, by %s', (_what, head, key) => {
    const type = (keys: string) => `${head}type User ${keys} { id: ID! }`;
    expect(changes(type(key), type(''))).toEqual(['KEY_REMOVED User rollout']);
    expect(changes(type(key), type(key.replace('"id"', '" id "')))).toEqual([]);
  });

  it('a key that can no longer be entered by', () => {
    expect(
      changes(
        'type A @key(fields: "id") { id: ID }',
        'type A @key(fields: "id", resolvable: false) { id: ID }',
      ),
    ).toEqual(['KEY_REMOVED A rollout']);
  });

  it('a field that is gone, or only known of', () => {
    const before = 'type A @key(fields: "id") { id: ID a: Int b: Int }';
    expect(changes(before, 'type A @key(fields: "id") { id: ID a: Int @external }')).toEqual([
      'FIELD_LEFT A.a rollout',
      'FIELD_LEFT A.b rollout',
    ]);
  });

  it('a requirement that is new or another', () => {
    const sdl = (directive: string) =>
      `type A @key(fields: "id") { id: ID a: Int @external b: Int ${directive} }`;
    expect(changes(sdl(''), sdl('@requires(fields: "a")'))).toEqual(['REQUIRES_CHANGED A.b rollout']);
    expect(changes(sdl('@requires(fields: "a")'), sdl('@requires(fields: "a c")'))).toEqual([
      'REQUIRES_CHANGED A.b rollout',
    ]);
    expect(changes(sdl('@requires(fields: "a")'), sdl(''))).toEqual([]);
  });

  it('an override that comes', () => {
    expect(changes('type A { a: Int }', 'type A { a: Int @override(from: "b") }')).toEqual([
      'OVERRIDE_CHANGED A.a notice',
    ]);
  });

  it('access that asks for more, and not access that asks for less', () => {
    const open = 'type A { a: Int }';
    const closed = 'type A @policy(policies: [["p"]]) { a: Int @authenticated }';
    expect(changes(open, closed)).toEqual(['ACCESS_TIGHTENED A breaking', 'ACCESS_TIGHTENED A.a breaking']);
    expect(changes(closed, open)).toEqual([]);
  });
});
