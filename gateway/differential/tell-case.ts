import { getOperationAST, parse } from 'graphql';
import type { Case } from './case.ts';
import { composeFederation } from './compose.ts';
import type { Engines } from './engines.ts';
import { runIn } from './judge/run-case.ts';

/** Everything that a person who looks for the fault wants to see. */
export async function tellCase(told: Case, engines: Engines): Promise<string> {
  const { subgraphs, operation, world, faults, activeLabels } = told;
  const parts = subgraphs.map(
    ({ name, typeDefs }) => `# ${name}\n${typeDefs.slice(typeDefs.indexOf('])') + 2).trim()}`,
  );
  parts.push(
    operation.source,
    JSON.stringify({ variables: operation.variables, world, faults, activeLabels }),
  );
  const federation = composeFederation(subgraphs);
  if (federation === undefined) return [...parts, 'The subgraphs do not compose'].join('\n\n');

  const document = parse(operation.source);
  const asked = getOperationAST(document, operation.operationName);
  if (asked) {
    const plan = await federation.planner
      .plan({ document, operation: asked, activeLabels })
      .catch((error: Error) => `${error.message}: ${String(error.cause)}`);
    parts.push(JSON.stringify(plan, undefined, 1));
  }
  const verdict = await runIn(federation, told, engines);
  if (verdict.kind === 'void')
    return [...parts, 'No case: invalid, without a world, or too costly'].join('\n\n');
  parts.push(`MONOLITH ${JSON.stringify(verdict.monolith)}`);
  for (const { engine, fetches, result, stepAside } of verdict.runs) {
    parts.push(`${engine} (${stepAside ?? 'no step aside'}) ${JSON.stringify(result)}`, ...fetches);
  }
  parts.push(
    `expected: ${verdict.expectation}`,
    ...verdict.findings.map(({ engine, problem }) => `${engine}: ${problem}`),
  );
  return parts.join('\n\n');
}
