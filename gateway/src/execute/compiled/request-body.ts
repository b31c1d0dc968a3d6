import { type EntitiesPart, type EntitiesRequest, toByteText } from '../../subgraph/index.ts';
import type { RequestText } from '../compile/index.ts';
import type { Asked } from './asked.ts';

/** The entities of a request, for the policies on its way. */
export class AskedEntities implements EntitiesRequest {
  readonly #text: RequestText;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #asked: readonly Asked[];

  constructor(
    text: RequestText,
    clientVariables: Readonly<Record<string, unknown>>,
    asked: readonly Asked[],
  ) {
    this.#text = text;
    this.#variables = clientVariables;
    this.#asked = asked;
  }

  get parts(): readonly EntitiesPart[] {
    return this.#asked.map(({ representations }, index) => ({
      dataKey: this.#text.dataKeys[index] as string,
      representations,
    }));
  }

  body(): string {
    return this.#bodyOf(this.#asked.map(({ list }) => list));
  }

  bodyFor(representations: readonly (readonly string[])[]): string {
    return this.#bodyOf(representations.map((part) => part.join(',')));
  }

  #bodyOf(lists: readonly string[]): string {
    return requestBody(this.#text, this.#variables, lists);
  }
}

/** The JSON body as byte text; `representations` are the items of each list. A variable that the client did not send is left out, which is not the same as null. */
export function requestBody(
  { prefix, variables, representationKeys }: RequestText,
  clientVariables: Readonly<Record<string, unknown>>,
  representations: readonly string[],
): string {
  let body = prefix;
  let comma = '';
  for (const name of variables) {
    const value = Object.hasOwn(clientVariables, name) ? clientVariables[name] : undefined;
    if (value === undefined) continue;
    body += `${comma}"${name}":${toByteText(JSON.stringify(value))}`;
    comma = ',';
  }
  for (let index = 0; index < representations.length; index++) {
    body += `${comma}"${representationKeys[index]}":[${representations[index]}]`;
    comma = ',';
  }
  return `${body}}}`;
}
