import { print, stripIgnoredCharacters } from 'graphql';
import { toByteText } from '../../subgraph/index.ts';
import type { Step } from './ir.ts';

export interface RequestText {
  /** The JSON body up to the variables' values, as byte text. */
  readonly prefix: string;
  readonly operationName: string | undefined;
  /** Client variables to send. */
  readonly variables: readonly string[];
  /** For each step: the key of its representations and the key of its data. */
  readonly keys: readonly { readonly representations: string; readonly data: string }[];
}

/** The request for some steps of a group. One step keeps the text that the plan gave it. */
export function requestTextOf(steps: readonly Step[]): RequestText {
  const [first, ...others] = steps as readonly [Step, ...Step[]];
  const variables = [...new Set(steps.flatMap(({ fetch }) => fetch.variableUsages ?? []))];
  const { operationName } = first.fetch;
  if (others.length === 0) {
    const keys = [{ representations: 'representations', data: '_entities' }];
    return { prefix: prefixOf(first.fetch.operation, operationName), operationName, variables, keys };
  }
  const keys = steps.map(({ index }) => ({ representations: `representations_${index}`, data: `_${index}` }));
  const definitions = new Map<string, string>();
  for (const { text } of steps) {
    for (const definition of text.operation.variableDefinitions ?? []) {
      const name = definition.variable.name.value;
      if (name !== 'representations') definitions.set(name, print(definition));
    }
  }
  const declared = [
    ...keys.map(({ representations }) => `$${representations}:[_Any!]!`),
    ...definitions.values(),
  ];
  const selections = steps.map(
    ({ text }, at) =>
      `${keys[at]?.data}:_entities(representations:$${keys[at]?.representations})${print(text.selectionSet)}`,
  );
  const query = stripIgnoredCharacters(
    `query ${operationName ?? ''}(${declared.join(',')}){${selections.join(' ')}}`,
  );
  return { prefix: prefixOf(query, operationName), operationName, variables, keys };
}

function prefixOf(query: string, operationName: string | undefined): string {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return toByteText(`{"query":${JSON.stringify(query)}${name},"variables":{`);
}

/** The texts of one compiled operation's requests, made when they are first sent. */
export class RequestTexts {
  readonly #known = new Map<string, RequestText>();

  of(steps: readonly Step[]): RequestText {
    const key = steps.length === 1 ? String(steps[0]?.index) : steps.map(({ index }) => index).join();
    let text = this.#known.get(key);
    if (text === undefined) {
      text = requestTextOf(steps);
      this.#known.set(key, text);
    }
    return text;
  }
}
