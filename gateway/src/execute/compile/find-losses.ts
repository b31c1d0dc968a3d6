import type { Place, Step } from './ir.ts';

/** Where the client has the entities that a step goes on with, and what of them it loses when that step fails. */
export interface Loss {
  /** Response names from the root to the entities, lists on the way not counted. */
  readonly path: readonly string[];
  readonly fields: readonly string[];
}

/**
 * For each step what its failure takes from the client's answer, a loss for each of its places; undefined where the answer alone does not
 * show whose fields they are: below an abstract type, at the root, and where the client has the same objects twice.
 */
export function findLosses(steps: readonly Step[], root: Place): readonly (readonly Loss[] | undefined)[] {
  const paths = clientPaths(root);
  return steps.map((step) => {
    if (step.kind === 'root') return undefined;
    const losses = step.places.map((place) => lossOf(step, place, paths.get(place)));
    return losses.every((loss) => loss !== undefined) ? losses : undefined;
  });
}

// Private:

type Paths = Map<Place, readonly (readonly string[])[]>;

function clientPaths(root: Place): Paths {
  const paths: Paths = new Map();
  const visit = (place: Place, path: readonly string[]): void => {
    paths.set(place, [...(paths.get(place) ?? []), path]);
    for (const { responseName, field } of place.client ?? []) {
      if (field?.slot === undefined || field.slot.isAbstract) continue;
      for (const inner of field.slot.places.values()) visit(inner, [...path, responseName]);
    }
  };
  visit(root, []);
  return paths;
}

function lossOf(
  step: Step,
  { client = [], sources }: Place,
  paths: readonly (readonly string[])[] = [],
): Loss | undefined {
  const [path, ...more] = paths;
  const source = sources.find((candidate) => candidate.step === step);
  const fields = client.filter(({ field }) => field?.sources.length === 1 && field.sources[0] === source);
  if (path === undefined || more.length > 0 || fields.length === 0) return undefined;
  return { path, fields: fields.map(({ responseName }) => responseName) };
}
