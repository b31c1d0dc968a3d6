import { buildSchema, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { OperationRefused } from './operation-refused.ts';
import { assertVariables } from './resolve-operation.ts';

const schema = buildSchema(`
  enum Tone { LOUD }
  input SignIn { email: String! password: String! tone: Tone age: Int secretSwitch: Boolean }
  type Query { signIn(input: SignIn, ids: [Int!]): String }
`);
const source = 'query ($input: SignIn, $ids: [Int!]) { signIn(input: $input, ids: $ids) }';

describe('assertVariables', () => {
  const mia = { email: 'mia@example.com', password: 'hunter2' };
  it.each<[object, string]>([
    [{ input: { password: 'hunter2' } }, 'Field "email" of required type "String!" was not provided.'],
    [{ input: { ...mia, email: ['hunter2'] } }, 'Variable "$input" has a value at "input.email" that'],
    [{ input: { ...mia, age: 'hunter2' } }, 'Variable "$input" has a value at "input.age" that'],
    [{ input: { ...mia, tone: 'hunter2' } }, 'Variable "$input" has a value at "input.tone" that'],
    [{ input: 'hunter2' }, 'Expected type "SignIn" to be an object.'],
    [{ ids: [1, 'hunter2'] }, 'Variable "$ids" has a value at "ids[1]" that'],
    [{ ids: [1, 'hunter2" at "hunter2'] }, 'Variable "$ids" has a value at "ids[1]" that'],
    [{ ids: [null] }, 'Expected non-nullable type "Int!" not to be null.'],
  ])('says where %j is wrong without repeating its values', (variables, message) => {
    const [error] = faultsOf(variables);
    expect(error).toContain(message);
    expect(error).not.toMatch(/hunter2|mia@/);
  });

  it('suggests no input field, which would tell names that introspection hides', () => {
    expect(faultsOf({ input: { ...mia, secretSwitc: true } }).join()).not.toContain('secretSwitch');
  });
});

function faultsOf(variables: object): readonly string[] {
  const operation = parse(source).definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  try {
    if (operation) assertVariables(schema, operation, { ...variables });
  } catch (error) {
    if (error instanceof OperationRefused) return error.errors.map(({ message }) => message);
  }
  return [];
}
