import { toByteText } from '../../subgraph/index.ts';
import type { RequestText } from '../compile/index.ts';
import type { Asked } from './asked.ts';

/** The JSON body as byte text. A variable that the client did not send is left out, which is not the same as null. */
export function requestBody(
  { prefix, variables, representationKeys }: RequestText,
  clientVariables: Readonly<Record<string, unknown>>,
  asked: readonly (Asked | undefined)[],
): string {
  let body = prefix;
  let comma = '';
  for (const name of variables) {
    const value = Object.hasOwn(clientVariables, name) ? clientVariables[name] : undefined;
    if (value === undefined) continue;
    body += `${comma}"${name}":${toByteText(JSON.stringify(value))}`;
    comma = ',';
  }
  for (let index = 0; index < asked.length; index++) {
    const entities = asked[index];
    if (entities === undefined) continue;
    body += `${comma}"${representationKeys[index]}":[${entities.representations.join(',')}]`;
    comma = ',';
  }
  return `${body}}}`;
}
