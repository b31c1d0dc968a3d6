import { type FieldNode, parse } from 'graphql';
import type { FetchNode, RequiredSelection } from '../query-plan.ts';
import { type EntityField, entityFields, withEntityFields } from './entity-fields.ts';
import { filterPlaces, forEachPlace, type Places, placesOf } from './required-places.ts';
import type { Requirements } from './requirements.ts';

/** Fields that can share one fetch, and the representations that they share. */
interface Share {
  readonly fields: Set<FieldNode>;
  readonly places: Places;
}

/**
 * The planner puts all that it asks of one entity and one subgraph into one fetch, with representations that hold what any
 * of the fields requires. That fetch becomes several where
 * - two fields require one field with different arguments: a representation has only one place for its value;
 * - a field requires what is only fetched for some entities, as its @include is off or they are of another type: the
 *   others' representations would stay incomplete, and the fields that do not require it would be lost with them.
 */
export function splitFetch(
  fetch: FetchNode,
  requirements: Requirements,
  hasConditions: boolean,
): readonly FetchNode[] {
  const { requires } = fetch;
  if (requires === undefined || requirements.none) return [fetch];

  const document = parse(fetch.operation, { noLocation: true });
  const needs = entityFields(document).map((field) => ({
    ...field,
    places: neededBy(field, fetch, requirements),
  }));
  if (needs.every(({ places }) => places.size === 0)) return [fetch];
  const contested = contestedPlaces(requires, requirements);
  const fragile = fragilePlaces(needs, requires, requirements, hasConditions);

  const shares: Share[] = [];
  for (const { node, places } of needs) {
    const fitting = shares.find((share) => fits(places, share.places, contested, fragile));
    const share = fitting ?? { fields: new Set(), places: new Map() };
    if (fitting === undefined) shares.push(share);
    share.fields.add(node);
    for (const [place, name] of places) share.places.set(place, name);
  }
  if (shares.length <= 1) return [fetch];
  return shares.map(({ fields, places }) => {
    const types = needs.filter(({ node }) => fields.has(node)).map(({ type }) => type);
    return {
      ...withEntityFields(fetch, document, fields),
      requires: filterPlaces(
        requires.filter((one) => isOfAny(types, one, fetch, requirements)),
        requirements.bakedFields,
        (place, name) => (contested.has(place) || fragile.has(place) ? places.get(place) === name : true),
      ),
    };
  });
}

/** Whether there is anything to ask of the entities, as far as their type tells. */
function isOfAny(
  types: readonly string[],
  one: RequiredSelection,
  { inputRewrites = [] }: FetchNode,
  { abstractTypes }: Requirements,
): boolean {
  const own = one.kind === 'InlineFragment' ? one.typeCondition : undefined;
  // A rewrite may make another type of it.
  if (own === undefined || abstractTypes.has(own) || inputRewrites.length > 0) return true;
  return types.some((type) => type === own || type === '' || abstractTypes.has(type));
}

function neededBy(
  { node, type }: EntityField,
  { serviceName }: FetchNode,
  requirements: Requirements,
): Places {
  return placesOf(requirements.of(serviceName, type, node.name.value), requirements.bakedFields);
}

function fits(
  places: Places,
  shared: Places,
  contested: ReadonlySet<string>,
  fragile: ReadonlySet<string>,
): boolean {
  const agrees = (place: string) =>
    !places.has(place) || !shared.has(place) || places.get(place) === shared.get(place);
  const equal = (place: string) => places.get(place) === shared.get(place);
  return [...contested].every(agrees) && [...fragile].every(equal);
}

/** Places that several values would go to. */
function contestedPlaces(
  requires: readonly RequiredSelection[],
  requirements: Requirements,
): ReadonlySet<string> {
  const namesAt = new Map<string, Set<string>>();
  forEachPlace(requires, requirements.bakedFields, (place, name) => {
    namesAt.set(place, (namesAt.get(place) ?? new Set()).add(name));
  });
  return new Set([...namesAt].filter(([, names]) => names.size > 1).map(([place]) => place));
}

/** Required places that may stay empty though another field of the fetch does not mind. */
function fragilePlaces(
  needs: readonly (EntityField & { readonly places: Places })[],
  requires: readonly RequiredSelection[],
  { abstractTypes }: Requirements,
  hasConditions: boolean,
): ReadonlySet<string> {
  const types = new Set(
    requires.map((one) => (one.kind === 'InlineFragment' ? one.typeCondition : undefined)),
  );
  // The planner forgets the conditions above a field where it comes back for it: any field may be under one.
  const onlyForSome = ({ type }: EntityField) => hasConditions || (abstractTypes.has(type) && types.size > 1);
  return new Set(needs.filter(onlyForSome).flatMap(({ places }) => [...places.keys()]));
}
