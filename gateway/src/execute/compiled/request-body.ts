import { type EntitiesPart, type EntitiesRequest, markOf, toByteText } from '../../subgraph/index.ts';
import type { RequestText } from '../compile/index.ts';
import type { Asked } from './asked.ts';

/** The entities of a request, for the policies on its way. */
export class AskedEntities implements EntitiesRequest {
  readonly #text: RequestText;
  readonly #variables: string;
  readonly #asked: readonly Asked[];

  constructor(text: RequestText, variables: string, asked: readonly Asked[]) {
    this.#text = text;
    this.#variables = variables;
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

/** The client's variables in a JSON body, as byte text. One that the client did not send is left out, which is not the same as null. */
export function variablesOf(
  { variables }: RequestText,
  clientVariables: Readonly<Record<string, unknown>>,
): string {
  let text = '';
  for (const name of variables) {
    const value = Object.hasOwn(clientVariables, name) ? clientVariables[name] : undefined;
    if (value === undefined) continue;
    text += `${text === '' ? '' : ','}"${name}":${toByteText(JSON.stringify(value))}`;
  }
  return text;
}

/** The JSON body as byte text; `representations` are the items of each list. */
export function requestBody(
  { prefix, representationKeys }: RequestText,
  variables: string,
  representations: readonly string[],
): string {
  let body = prefix + variables;
  let comma = variables === '' ? '' : ',';
  for (let index = 0; index < representations.length; index++) {
    body += `${comma}"${representationKeys[index]}":[${representations[index]}]`;
    comma = ',';
  }
  return `${body}}}`;
}

/** What tells the body from others at a glance, without a look at it: put together from many pieces, it would have to be copied for that. */
export function requestMark(
  { mark: ofPrefix }: RequestText,
  variables: string,
  asked: readonly (Asked | undefined)[],
): number {
  let mark = variables === '' ? ofPrefix : markOf(variables, ofPrefix);
  for (const each of asked) if (each !== undefined) mark = (Math.imul(mark, 31) + each.mark) | 0;
  return mark;
}
