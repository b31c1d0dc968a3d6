import { print, stripIgnoredCharacters } from 'graphql';
import { targetsOf } from '../../plan/index.ts';
import { markOf, toByteText } from '../../subgraph/index.ts';
import { parseFetchText } from './fetch-text.ts';
import type { SentStep } from './ir.ts';

export interface RequestText {
  /** The JSON body up to the variables' values, as byte text. */
  readonly prefix: string;
  /** Of the prefix. */
  readonly mark: number;
  readonly query: string;
  readonly operationName: string | undefined;
  /** Client variables to send. */
  readonly variables: readonly string[];
  /** For each step: the variable with its representations, and the key of its part of the data. */
  readonly representationKeys: readonly string[];
  readonly dataKeys: readonly string[];
  readonly targets: readonly string[];
}

/** The request for some steps of a group. One step keeps the text that the plan gave it. */
export function requestTextOf(steps: readonly SentStep[]): RequestText {
  const [first, ...others] = steps as readonly [SentStep, ...SentStep[]];
  const variables = [...new Set(steps.flatMap(({ fetch }) => fetch.variableUsages ?? []))];
  const { operationName } = first.fetch;
  const targets = [...new Set(steps.flatMap(({ fetch }) => targetsOf(fetch)))];
  if (others.length === 0) {
    const prefix = prefixOf(first.fetch.operation, operationName);
    return {
      prefix,
      mark: markOf(prefix),
      query: first.fetch.operation,
      operationName,
      variables,
      representationKeys: ['representations'],
      dataKeys: ['_entities'],
      targets,
    };
  }
  const representationKeys = steps.map(({ index }) => `representations_${index}`);
  const dataKeys = steps.map(({ index }) => `_${index}`);
  const definitions = new Map<string, string>();
  const fetched = steps.map(({ fetch }) => parseFetchText(fetch.operation, 'entity'));
  for (const text of fetched) {
    for (const definition of text.operation.variableDefinitions ?? []) {
      const name = definition.variable.name.value;
      if (name !== 'representations') definitions.set(name, print(definition));
    }
  }
  const declared = [...representationKeys.map((name) => `$${name}:[_Any!]!`), ...definitions.values()];
  const selections = fetched.map(
    (text, at) =>
      `${dataKeys[at]}:_entities(representations:$${representationKeys[at]})${print(text.selectionSet)}`,
  );
  const query = stripIgnoredCharacters(
    `query ${operationName ?? ''}(${declared.join(',')}){${selections.join(' ')}}`,
  );
  const prefix = prefixOf(query, operationName);
  return {
    prefix,
    mark: markOf(prefix),
    query,
    operationName,
    variables,
    representationKeys,
    dataKeys,
    targets,
  };
}

function prefixOf(query: string, operationName: string | undefined): string {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return toByteText(`{"query":${JSON.stringify(query)}${name},"variables":{`);
}

/** The texts of one compiled operation's requests, made when they are first sent. */
export class RequestTexts {
  readonly #known = new Map<number | string, RequestText>();

  of(steps: readonly SentStep[]): RequestText {
    const key = keyOf(steps);
    let text = this.#known.get(key);
    if (text === undefined) {
      text = requestTextOf(steps);
      this.#known.set(key, text);
    }
    return text;
  }
}

/** A bit for each step; a text where there are more steps than bits. */
function keyOf(steps: readonly SentStep[]): number | string {
  let bits = 0;
  for (const { index } of steps) {
    if (index > 30) return steps.map((step) => step.index).join();
    bits |= 1 << index;
  }
  return bits;
}
