import { coordinatesOf } from '@tributary/operation-usage';
import { parse } from 'graphql';
import { apiSchemaOf } from './api-schema.ts';
import type { PlannedOperation } from './plan-changes.ts';

/** Which of the wanted coordinates each operation uses, by its id. What cannot be parsed uses none. */
export function operationCoordinates(
  apiSdl: string,
  operations: readonly PlannedOperation[],
  wanted: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const schema = apiSchemaOf(apiSdl);
  const uses = new Map<string, readonly string[]>();
  for (const { id, body } of operations) {
    const used = attempt(() => coordinatesOf(schema, parse(body, { noLocation: true }), 'all'));
    const found = wanted.filter((coordinate) => used?.has(coordinate));
    if (found.length > 0) uses.set(id, found);
  }
  return uses;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
