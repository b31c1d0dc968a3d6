import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, it } from 'vitest';
import { signatureOf } from './operation-signature.ts';

function signature(body: string, name?: string) {
  const document = parse(body);
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
  );
  const operation = operations.find((each) => each.name?.value === name) ?? operations[0];
  if (operation === undefined) throw new Error('no operation');
  return signatureOf(document, operation);
}

it('is the same for documents that differ in layout and values only', () => {
  const first = signature('query Find { find(text: "mia@example.com", ids: [1, 2], at: 1.5) { id } }');
  const second = signature(
    'query Find {\n  # comment\n  find(text: """other""", ids: [7], at: 2e3) { id }\n}',
  );
  expect(first.text).toBe('query Find{find(text:"" ids:[0]at:0){id}}');
  expect(second).toMatchObject({ hash: first.hash, text: first.text, name: 'Find' });
});

it('keeps the words of the schema: enum values, booleans, input fields', () => {
  const { text } = signature(
    '{ find(by: { text: "x", order: ASC, deep: true }) { id @include(if: false) } }',
  );
  expect(text).toBe('{find(by:{text:"" order:ASC deep:true}){id@include(if:false)}}');
});

it('is of one operation and the fragments that it uses', () => {
  const body = 'query A { ...F } query B { b } fragment F on Query { a(x: "y") }';
  expect(signature(body, 'A').text).toBe('query A{...F}fragment F on Query{a(x:"")}');
  expect(signature(body, 'B').text).toBe('query B{b}');
});
