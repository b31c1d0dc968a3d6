import { asByteText, toByteText } from '../subgraph/index.ts';
import type { OperationResponse } from './run-operation.ts';

/** The response with these extensions. A text is taken for what the engine promises: `{"data":{...}}`. */
export function withExtensions(
  response: OperationResponse,
  extensions: Readonly<Record<string, unknown>>,
): OperationResponse {
  if (response.kind === 'result') return { kind: 'result', result: { ...response.result, extensions } };
  return {
    ...response,
    text: `${asByteText(response.text).slice(0, -1)},"extensions":${toByteText(JSON.stringify(extensions))}}`,
  };
}
