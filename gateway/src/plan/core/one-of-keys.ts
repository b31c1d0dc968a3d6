import { parse } from 'graphql';
import type { FetchNode, RequiredFragment, RequiredSelection } from '../query-plan.ts';
import { entityFields } from './entity-fields.ts';
import type { Requirements } from './requirements.ts';

/**
 * Where the planner makes one fetch of several, its representations hold the keys of all of them; but under the conditions of one
 * of them its key may not have been fetched, and an object that lacks a key would not be asked for. One key is enough: those that are
 * nothing else, no field's @requires either, are marked.
 */
export function withOneOfKeys(fetch: FetchNode, requirements: Requirements): FetchNode {
  const { serviceName, operation } = fetch;
  const parts = (fetch.requires ?? []).flatMap(partsOf);
  if (parts.length < 2) return fetch;
  const needed = neededNames(serviceName, operation, requirements);
  const keysOf = ({ typeCondition = '' }: RequiredFragment) =>
    requirements.keysOf(serviceName, typeCondition).map((key) => new Set(key));
  const requires = parts.flatMap((part): readonly RequiredSelection[] =>
    part.kind === 'InlineFragment' && namesOf(part).isDisjointFrom(needed)
      ? keysWithin(part, keysOf(part))
      : [part],
  );
  const isKey = (one: RequiredSelection): one is RequiredFragment => {
    if (one.kind === 'Field') return false;
    const names = namesOf(one);
    return names.isDisjointFrom(needed) && keysOf(one).some((key) => isEqual(names, key));
  };
  const keysByType = Map.groupBy(requires.filter(isKey), ({ typeCondition }) => typeCondition);
  const isOneOfSeveral = (one: RequiredSelection) =>
    one.kind === 'InlineFragment' && isKey(one) && (keysByType.get(one.typeCondition)?.length ?? 0) > 1;
  if (!requires.some(isOneOfSeveral)) return fetch;
  return {
    ...fetch,
    requires: requires.map((one) => (isOneOfSeveral(one) ? { ...one, isOneOfKeys: true } : one)),
  };
}

/** One key is in a fragment of its own, or in one that is inside of another's. */
function partsOf(one: RequiredSelection): readonly RequiredSelection[] {
  if (one.kind === 'Field') return [one];
  const { typeCondition, selections } = one;
  const isPart = (inner: RequiredSelection) =>
    inner.kind === 'InlineFragment' && inner.typeCondition === typeCondition;
  const own = selections.filter((inner) => !isPart(inner));
  const inside = selections.filter(isPart).flatMap(partsOf);
  return own.length > 0 ? [{ ...one, selections: own }, ...inside] : inside;
}

/** Several keys may also be side by side in one fragment: then each gets a fragment of its own. */
function keysWithin(
  fragment: RequiredFragment,
  keys: readonly ReadonlySet<string>[],
): readonly RequiredFragment[] {
  const names = namesOf(fragment);
  const within = keys.filter((key) => key.isSubsetOf(names));
  const covered = new Set(within.flatMap((key) => [...key]));
  if (within.some((key) => isEqual(key, names)) || !isEqual(covered, names)) return [fragment];
  return within.map((key) => ({
    ...fragment,
    selections: fragment.selections.filter(
      (selection) =>
        selection.kind === 'Field' && (selection.name === '__typename' || key.has(selection.name)),
    ),
  }));
}

/** What the @requires of the fetch's fields name. */
function neededNames(subgraph: string, operation: string, requirements: Requirements): ReadonlySet<string> {
  const fields = entityFields(parse(operation, { noLocation: true }));
  return new Set(
    fields.flatMap(({ node, type }) =>
      (requirements.of(subgraph, type, node.name.value)?.selections ?? []).flatMap((selection) =>
        selection.kind === 'Field' ? [selection.name.value] : [],
      ),
    ),
  );
}

function namesOf(one: RequiredSelection): ReadonlySet<string> {
  const selections = one.kind === 'InlineFragment' ? one.selections : [one];
  const names = selections.map((selection) => (selection.kind === 'Field' ? selection.name : ''));
  return new Set(names.filter((name) => name !== '__typename'));
}

function isEqual(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && one.isSubsetOf(other);
}
