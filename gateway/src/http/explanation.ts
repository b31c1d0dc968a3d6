import type { IncomingHttpHeaders } from 'node:http';
import type { Explanation } from '../execute/index.ts';

/** What the header `tributary-explain` asks for beside the answer: the query plan, or that and the code made of it. */
export type Explained = 'plan' | 'code';

export function explainedOf(headers: IncomingHttpHeaders): Explained | undefined {
  const asked = headers['tributary-explain'];
  return asked === 'plan' || asked === 'code' ? asked : undefined;
}

/** `queryPlan`, and `compiledCode` where that was asked for and exists. */
export function explanationExtensions(
  { plan, code }: Explanation,
  explained: Explained,
): Readonly<Record<string, string>> {
  return { queryPlan: plan, ...(explained === 'code' && code !== undefined && { compiledCode: code }) };
}
