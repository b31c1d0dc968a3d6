import type { IncomingHttpHeaders } from 'node:http';
import type { Explanation } from '../execute/index.ts';
import { toByteText } from '../subgraph/index.ts';
import type { OperationResponse } from './run-operation.ts';

/** What the header `tributary-explain` asks for beside the answer: the query plan, or that and the code made of it. */
export type Explained = 'plan' | 'code';

export function explainedOf(headers: IncomingHttpHeaders): Explained | undefined {
  const asked = headers['tributary-explain'];
  return asked === 'plan' || asked === 'code' ? asked : undefined;
}

/** The response with `extensions.queryPlan`, and `extensions.compiledCode` where that was asked for and exists. */
export function withExplanation(
  response: OperationResponse,
  { plan, code }: Explanation,
  explained: Explained,
): OperationResponse {
  const added = {
    queryPlan: plan,
    ...(explained === 'code' && code !== undefined && { compiledCode: code }),
  };
  if (response.kind === 'result') {
    const { result } = response;
    return { kind: 'result', result: { ...result, extensions: { ...result.extensions, ...added } } };
  }
  // The text is `{"data":{...}}`, by the engine's promise.
  const text = `${response.text.slice(0, -1)},"extensions":${toByteText(JSON.stringify(added))}}`;
  return { kind: 'text', text };
}
