import { hash } from 'node:crypto';
import { Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import type { Planner } from '../../plan/index.ts';
import { Lifetime, RequestReport } from '../../subgraph/index.ts';
import type { ExecutionRequest } from '../engine.ts';

/** The request for the first operation of a document. Throws where it is not valid. */
export function requestOf(
  source: string,
  { schema }: Pick<Planner, 'schema'>,
  variables: ExecutionRequest['variables'] = {},
): ExecutionRequest {
  const document = parse(source);
  const faults = validate(schema, document);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new Error('No operation');
  return {
    source,
    document,
    documentHash: hash('sha256', source),
    operation,
    variables,
    caller: { identity: { subject: null, roles: [] }, forwardedHeaders: {} },
    lifetime: new Lifetime(Infinity),
    report: new RequestReport(),
  };
}
