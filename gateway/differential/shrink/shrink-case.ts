import { type DocumentNode, Kind, parse } from 'graphql';
import type { Case } from '../case.ts';
import { countParts, withoutPart } from './removals.ts';

export interface ShrinkLimits {
  /** Tries of smaller cases. */
  readonly attempts: number;
}

/**
 * Leaves out of a failing case whatever it fails without: faults, parts of the operation, parts of schemas, whole
 * subgraphs. `stillFails` must be true of the case itself.
 */
export async function shrinkCase(
  failing: Case,
  stillFails: (candidate: Case) => Promise<boolean>,
  { attempts }: ShrinkLimits,
): Promise<Case> {
  let smallest = failing;
  let left = attempts;
  const tryOut = async (candidate: Case) => {
    if (left <= 0) return false;
    left--;
    const fails = await stillFails(candidate).catch(() => false);
    if (fails) smallest = candidate;
    return fails;
  };

  for (let before = ''; before !== JSON.stringify(smallest) && left > 0; ) {
    before = JSON.stringify(smallest);
    await tryOut({ ...smallest, world: { ...smallest.world, spice: 0 } });
    await tryOut({ ...smallest, world: { ...smallest.world, nulls: 0 } });
    await tryOut({ ...smallest, activeLabels: [] });
    for (const fault of smallest.faults) {
      await tryOut({ ...smallest, faults: smallest.faults.filter((other) => other !== fault) });
    }
    await dropParts(
      () => smallest.operation.source,
      (source) => tryOut({ ...smallest, operation: withSource(smallest, source) }),
    );
    for (const { name } of smallest.subgraphs) {
      if (await tryOut({ ...smallest, subgraphs: smallest.subgraphs.filter((other) => other.name !== name) }))
        continue;
      await dropParts(
        () => smallest.subgraphs.find((other) => other.name === name)?.typeDefs ?? '',
        (typeDefs) =>
          tryOut({
            ...smallest,
            subgraphs: smallest.subgraphs.map((other) => (other.name === name ? { name, typeDefs } : other)),
          }),
      );
    }
  }
  return smallest;
}

/** Tries to leave out each part once; what has gone makes room for the next at its number. */
async function dropParts(read: () => string, tryOut: (text: string) => Promise<boolean>): Promise<void> {
  for (let part = 0; part < countParts(parse(read())); ) {
    const text = withoutPart(parse(read()), part);
    if (!isGraphQL(text) || !(await tryOut(text))) part++;
  }
}

/** A selection that has lost all its fields is none. */
function isGraphQL(text: string): boolean {
  try {
    return parse(text).definitions.length > 0;
  } catch {
    return false;
  }
}

/** Variables that are no longer defined are no longer sent. */
function withSource({ operation }: Case, source: string): Case['operation'] {
  const defined = definedVariables(parse(source));
  const variables = Object.entries(operation.variables).filter(([name]) => defined.has(name));
  return { source, variables: Object.fromEntries(variables) };
}

function definedVariables({ definitions }: DocumentNode): ReadonlySet<string> {
  return new Set(
    definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
        : [],
    ),
  );
}
