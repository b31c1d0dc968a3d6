import type { FetchNode } from '../../plan/index.ts';
import { type ContextVariables, contextVariables } from './context-variables.ts';
import { type DataObject, typenameOf } from './data-tree.ts';
import type { Target } from './faults.ts';
import { type Path, type Place, pathOf } from './places.ts';
import { toRepresentation } from './representations.ts';
import { applyRewrites } from './rewrites.ts';
import type { TypeRelations } from './type-relations.ts';

/** One request of an entity fetch: representations, each of them once, and the objects that each stands for. */
export interface EntityRequest {
  readonly contextVariables: Readonly<Record<string, unknown>>;
  readonly representations: DataObject[];
  readonly targets: Target[][];
}

export interface EntityRequests {
  /** One, or several where @fromContext arguments differ between the objects. */
  readonly requests: readonly EntityRequest[];
  /** Objects that cannot be asked for: the path, from the root, to what is missing for that. */
  readonly incomplete: readonly { readonly target: Target; readonly missing: Path }[];
}

export function toEntityRequests(
  node: FetchNode,
  places: readonly Place[],
  types: TypeRelations,
): EntityRequests {
  const requests = new Map<string, EntityRequest & { readonly byText: Map<string, Target[]> }>();
  const incomplete: { target: Target; missing: Path }[] = [];

  for (const place of places) {
    const representation = toRepresentation(place.object, node.requires ?? [], types);
    if (representation.kind === 'unwanted') continue;
    if (representation.kind === 'incomplete') {
      incomplete.push({
        target: { place, typename: typenameOf(place.object) },
        missing: [...pathOf(place), ...representation.path],
      });
      continue;
    }
    const { value } = representation;
    applyRewrites(value, node.inputRewrites, types);
    const target: Target = { place, typename: typenameOf(value) };

    const context = node.contextRewrites ? contextVariables(place, node.contextRewrites, types) : NONE;
    if (context.kind === 'incomplete') {
      incomplete.push({ target, missing: context.path });
      continue;
    }
    const { values: variables } = context;
    const key = context === NONE ? '' : JSON.stringify(variables);
    let request = requests.get(key);
    if (request === undefined) {
      request = { contextVariables: variables, representations: [], targets: [], byText: new Map() };
      requests.set(key, request);
    }
    const text = JSON.stringify(value);
    const same = request.byText.get(text);
    if (same !== undefined) {
      same.push(target);
      continue;
    }
    const targets = [target];
    request.byText.set(text, targets);
    request.representations.push(value);
    request.targets.push(targets);
  }
  return { requests: [...requests.values()], incomplete };
}

const NONE: ContextVariables = { kind: 'complete', values: {} };
