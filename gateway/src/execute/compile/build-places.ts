import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { RequiredSelection, SupergraphFacts } from '../../plan/index.ts';
import { Declined } from './declined.ts';
import { collectFields, satisfiesIn } from './fetch-text.ts';
import type { Field, Place, Slot, Source, SourceField, Step } from './ir.ts';
import { type Renaming, renamed, renamingsBelow, renamingsFor, toRenamings } from './output-names.ts';

export interface BuildContext {
  readonly schema: GraphQLSchema;
  readonly facts: SupergraphFacts;
  readonly conditions: ReadonlyMap<string, boolean>;
}

/** An operation over wide interfaces has a place for each of their types at each level: past this it is not worth it. */
const MAX_PLACES = 2_000;

export interface Places {
  readonly root: Place;
  readonly all: readonly Place[];
}

/** Finds every object that the steps bring, and which step brings which of its fields. */
export function buildPlaces(steps: readonly Step[], rootType: string, context: BuildContext): Places {
  const { schema, facts } = context;
  const all: Place[] = [];
  const root = createPlace(rootType, false);
  for (const step of steps) attach(step);
  return { root, all };

  function createPlace(typeName: string, isRepeated: boolean): Place {
    if (all.length >= MAX_PLACES) throw new Declined('more objects than are worth compiling');
    const place: Place = {
      id: all.length,
      typeName,
      isRepeated,
      sources: [],
      fields: new Map(),
      representations: [],
      client: undefined,
      isNode: false,
      creator: undefined,
      output: [],
    };
    all.push(place);
    return place;
  }

  function attach(step: Step): void {
    const renamings = toRenamings(step.fetch.outputRewrites);
    if (step.kind === 'root') {
      addSource(root, step, [step.text.selectionSet], rootType, renamings);
      return;
    }
    for (const place of placesAt(step.path)) {
      if (!isGoneOnWith(place, step)) continue;
      if (!matches(step.fetch.requires ?? [], place.typeName)) continue;
      const askedAs = typeNameInRepresentation(step, place.typeName);
      if (addSource(place, step, [step.text.selectionSet], askedAs, renamings)) step.places.push(place);
    }
  }

  /** A plan asks for the type of what it goes on with; an object without one is whole, and others at its path are meant. */
  function isGoneOnWith({ sources }: Place, { follows }: Step): boolean {
    return sources.some(
      ({ step, fields }) =>
        follows.has(step.index) && fields.some(({ field }) => field.name === '__typename'),
    );
  }

  function placesAt(path: readonly string[]): readonly Place[] {
    let places: readonly Place[] = [root];
    for (const name of path) {
      if (name === '@') continue;
      if (name.startsWith('...') || name.includes('|')) throw new Declined('a path with a type condition');
      places = places.flatMap((place) => [...(place.fields.get(name)?.slot?.places.values() ?? [])]);
    }
    return places;
  }

  function matches(requires: readonly RequiredSelection[], typeName: string): boolean {
    return requires.some(
      (selection) =>
        selection.kind === 'InlineFragment' &&
        (selection.typeCondition === undefined || satisfies(typeName, selection.typeCondition)),
    );
  }

  function satisfies(typeName: string, condition: string): boolean {
    return typeName === condition || (facts.possibleTypes[condition]?.includes(typeName) ?? false);
  }

  /** A subgraph that has an interface as an object type is asked for that. */
  function typeNameInRepresentation({ fetch }: Step, typeName: string): string {
    let askedAs = typeName;
    for (const { kind, path, ...rewrite } of fetch.inputRewrites ?? []) {
      if (kind !== 'ValueSetter' || path.at(-1) !== '__typename') continue;
      const condition = path.length === 2 ? path[0]?.replace('... on ', '') : undefined;
      if (condition === undefined) throw new Declined('a representation that is rewritten below its root');
      if (satisfies(typeName, condition)) askedAs = String((rewrite as { setValueTo: unknown }).setValueTo);
    }
    return askedAs;
  }

  function addSource(
    place: Place,
    step: Step,
    selectionSets: readonly SelectionSetNode[],
    typeNameThere: string,
    renamings: readonly Renaming[],
  ): boolean {
    const subgraph = facts.bySubgraph[step.fetch.serviceName];
    const own = renamingsFor(renamings, (condition) => satisfies(place.typeName, condition));
    const collected = collectFields(selectionSets, typeNameThere, {
      fragments: step.text.fragments,
      conditions: context.conditions,
      satisfies: satisfiesIn(subgraph),
    });
    if (collected.size === 0) return false;
    const source: Source = { step, fields: [] };
    const names = new Set<string>();
    for (const { responseName: key, fieldName, selectionSets: below } of collected.values()) {
      const name = renamed(key, own);
      if (names.has(name)) throw new Declined('one name for two values');
      names.add(name);
      if (fieldName === '__typename' && typeNameThere !== place.typeName) {
        throw new Declined('an interface object');
      }
      const field = fieldAt(place, name, fieldName, below.length > 0);
      field.sources.push(source);
      if (field.slot) fillSlot(field, source, below, renamingsBelow(key, own));
      const sourceField: SourceField = { key, field, use: {} };
      source.fields.push(sourceField);
    }
    place.sources.push(source);
    return true;
  }

  function fieldAt(place: Place, name: string, fieldName: string, hasSelection: boolean): Field {
    const known = place.fields.get(name);
    if (known) {
      if (known.fieldName !== fieldName) throw new Declined('one name for two fields');
      return known;
    }
    const parent = schema.getType(place.typeName);
    const type = isObjectType(parent) ? parent.getFields()[fieldName]?.type : undefined;
    const slot: Slot | undefined =
      hasSelection && type
        ? { isAbstract: isAbstractType(getNamedType(type)), places: new Map() }
        : undefined;
    const field: Field = { name, fieldName, type, slot, sources: [] };
    place.fields.set(name, field);
    if (slot && type) {
      const isRepeated = place.isRepeated || hasList(type);
      for (const typeName of typesOf(type)) slot.places.set(typeName, createPlace(typeName, isRepeated));
    }
    return field;
  }

  function typesOf(type: NonNullable<Field['type']>): readonly string[] {
    const named = getNamedType(type);
    if (isAbstractType(named))
      return schema.getPossibleTypes(named).map(({ name }: GraphQLObjectType) => name);
    return [named.name];
  }

  function fillSlot(
    { slot, type }: Field,
    { step }: Source,
    selectionSets: readonly SelectionSetNode[],
    renamings: readonly Renaming[],
  ): void {
    const subgraph = facts.bySubgraph[step.fetch.serviceName];
    const named = type && getNamedType(type).name;
    if (named !== undefined && subgraph?.interfaceObjects.includes(named))
      throw new Declined('an interface object');
    const possible = named === undefined ? undefined : subgraph?.possibleTypes[named];
    for (const [typeName, place] of slot?.places ?? []) {
      if (slot?.isAbstract && possible && !possible.includes(typeName)) continue;
      addSource(place, step, selectionSets, typeName, renamings);
    }
  }
}

function hasList(type: NonNullable<Field['type']>): boolean {
  if (isNonNullType(type)) return hasList(type.ofType);
  return isListType(type);
}
