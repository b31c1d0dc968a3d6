import type { FetchNode, RequiredFragment, RequiredSelection } from '../query-plan.ts';
import type { Requirements } from './requirements.ts';

/**
 * Where fields of an @interfaceObject are asked for some of the implementations only, the planner writes the keys down by
 * implementation and what a @requires needs for the whole interface: objects of the other implementations would get
 * representations without a key. What stands for the interface without a key moves to each implementation.
 */
export function narrowRepresentations(fetch: FetchNode, requirements: Requirements): FetchNode {
  const { requires, serviceName } = fetch;
  if (requires === undefined || requires.length < 2) return fetch;
  const fragments = requires.filter((one): one is RequiredFragment => one.kind === 'InlineFragment');
  const isWide = (fragment: RequiredFragment) =>
    fragment.typeCondition !== undefined &&
    requirements.abstractTypes.has(fragment.typeCondition) &&
    !requirements.keysOf(serviceName, fragment.typeCondition).some((key) => holds(unwrapped(fragment), key));
  const wide = fragments.filter(isWide);
  const narrow = fragments.filter((fragment) => !isWide(fragment));
  if (wide.length === 0 || narrow.length === 0 || fragments.length < requires.length) return fetch;
  const added = wide.flatMap(unwrapped);
  return { ...fetch, requires: narrow.map((one) => ({ ...one, selections: united(unwrapped(one), added) })) };
}

/**
 * Where a field is under several conditions, the planner wraps what it requires in a fragment on the same type for
 * each, and leaves the conditions out: what is in such a fragment is required of the type like what is beside it.
 */
function unwrapped({ typeCondition, selections }: RequiredFragment): readonly RequiredSelection[] {
  return selections.flatMap((selection) =>
    selection.kind === 'InlineFragment' && selection.typeCondition === typeCondition
      ? unwrapped(selection)
      : [selection],
  );
}

function holds(selections: readonly RequiredSelection[], key: readonly string[]): boolean {
  return key.every((name) =>
    selections.some((selection) => selection.kind === 'Field' && selection.name === name),
  );
}

function united(
  selections: readonly RequiredSelection[],
  added: readonly RequiredSelection[],
): readonly RequiredSelection[] {
  const known = new Set(selections.map((selection) => JSON.stringify(selection)));
  return [...selections, ...added.filter((selection) => !known.has(JSON.stringify(selection)))];
}
