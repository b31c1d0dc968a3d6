import { expect, it } from 'vitest';
import { fromByteText, toByteText } from '../../subgraph/index.ts';
import { Asked, keys } from './asked.ts';
import { hashOfText } from './key-hash.ts';
import { AskedEntities, requestBody, requestMark, variablesOf } from './request-body.ts';

const text = {
  prefix: '{"query":"q","variables":{',
  mark: 7,
  query: 'q',
  operationName: undefined,
  variables: ['a', 'b', 'constructor', '__proto__'],
  representationKeys: ['representations_1', 'representations_2'],
  dataKeys: ['_1', '_2'],
  targets: ['A', 'B'],
};

const body = (variables: Record<string, unknown>) =>
  fromByteText(requestBody(text, variablesOf(text, variables), []));

const entitiesBody = (variables: Record<string, unknown>, asked: readonly Asked[]) =>
  fromByteText(new AskedEntities(text, variablesOf(text, variables), asked).body());

function asking(...representations: string[]): Asked {
  const asked = new Asked(['', '']);
  for (const representation of representations) {
    keys.literal(toByteText(representation));
    asked.add(hashOfText(representation));
  }
  asked.close();
  return asked;
}

it('leaves out a variable that the client did not send, which is not the same as null', () => {
  expect(body({ b: null })).toBe('{"query":"q","variables":{"b":null}}');
  expect(body({})).toBe('{"query":"q","variables":{}}');
});

it('sends only variables that the operation has, whatever their names are', () => {
  const variables = JSON.parse('{"__proto__":1,"constructor":2,"other":3}');
  expect(body(variables)).toBe('{"query":"q","variables":{"constructor":2,"__proto__":1}}');
});

it('keeps every character of a value', () => {
  const value = 'é 😀 "quoted" \\ \n \u2028 \ud800 </script>';
  expect(JSON.parse(body({ a: { deep: [value] } })).variables).toEqual({ a: { deep: [value] } });
});

it('puts the representations after the variables, each list under its own name', () => {
  expect(entitiesBody({ a: 1 }, [asking('{"id":"é"}', '{"id":"2"}'), asking('{"id":"3"}')])).toBe(
    '{"query":"q","variables":{"a":1,"representations_1":[{"id":"é"},{"id":"2"}],"representations_2":[{"id":"3"}]}}',
  );
});

it('can ask for fewer of the entities, and names the parts for whoever does', () => {
  const entities = new AskedEntities(text, '"a":1', [
    asking('{"id":"1"}', '{"id":"2"}'),
    asking('{"id":"3"}'),
  ]);
  expect(entities.parts).toEqual([
    { dataKey: '_1', representations: ['{"id":"1"}', '{"id":"2"}'] },
    { dataKey: '_2', representations: ['{"id":"3"}'] },
  ]);
  expect(entities.bodyFor([['{"id":"2"}'], []])).toBe(
    '{"query":"q","variables":{"a":1,"representations_1":[{"id":"2"}],"representations_2":[]}}',
  );
});

it('has the same mark for the same body, and hardly ever for another', () => {
  const markOf = (variables: Record<string, unknown>, ...asked: Asked[]) =>
    requestMark(text, variablesOf(text, variables), asked);
  const different = () => [
    markOf({}),
    ...Array.from({ length: 100 }, (_, id) => markOf({ a: `${id}`, b: 'the same' })),
    ...Array.from({ length: 100 }, (_, id) => markOf({}, asking(`{"id":"${id}"}`))),
    ...Array.from({ length: 100 }, (_, id) =>
      markOf({}, asking(`{"id":"${id}"}`, '{"id":"x"}'), asking('1')),
    ),
  ];
  expect(different()).toEqual(different());
  expect(new Set(different()).size).toBeGreaterThan(290);
});
