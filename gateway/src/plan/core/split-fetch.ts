import {
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { FetchNode, RequiredSelection } from '../query-plan.ts';
import type { BakedField } from './required-arguments.ts';

/** What `subgraph` requires for one of its fields, under the planner's names. */
export type RequirementsOf = (subgraph: string, type: string, field: string) => SelectionSetNode | undefined;

interface Baked {
  readonly fields: ReadonlyMap<string, BakedField>;
  readonly requirementsOf: RequirementsOf;
}

/** Place in a representation -> the planner's name of the value that goes there. */
type Choice = Map<string, string>;

/**
 * Two fields of one entity may require the same field with different arguments. A representation has only one place for
 * its value, so they are asked for in two fetches, each with the value that its fields require.
 */
export function splitFetch(fetch: FetchNode, baked: Baked): readonly FetchNode[] {
  const contested = contestedPlaces(fetch.requires ?? [], baked.fields);
  if (contested.size === 0) return [fetch];

  const document = parse(fetch.operation, { noLocation: true });
  const choices: Choice[] = [];
  const choiceOf = new Map<FieldNode, Choice>();
  forEachEntityField(document.definitions, (field, type) => {
    const needs = needsOf(
      baked.requirementsOf(fetch.serviceName, type, field.name.value),
      contested,
      baked.fields,
    );
    const choice = choices.find((candidate) => agree(candidate, needs)) ?? new Map<string, string>();
    if (!choices.includes(choice)) choices.push(choice);
    for (const [place, name] of needs) choice.set(place, name);
    choiceOf.set(field, choice);
  });
  return choices.map((choice) => ({
    ...withFields(
      fetch,
      document,
      (field) => field.name.value === '__typename' || choiceOf.get(field) === choice,
    ),
    requires: withChoice(fetch.requires ?? [], '', choice, contested, baked.fields),
  }));
}

function contestedPlaces(
  requires: readonly RequiredSelection[],
  fields: Baked['fields'],
): ReadonlySet<string> {
  const namesAt = new Map<string, Set<string>>();
  forEachPlace(requires, '', fields, (place, name) => {
    namesAt.set(place, (namesAt.get(place) ?? new Set()).add(name));
  });
  return new Set([...namesAt].filter(([, names]) => names.size > 1).map(([place]) => place));
}

function forEachPlace(
  selections: readonly RequiredSelection[],
  path: string,
  fields: Baked['fields'],
  visitPlace: (place: string, name: string) => void,
): void {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      forEachPlace(selection.selections, path, fields, visitPlace);
    } else {
      const place = placeOf(path, selection.name, fields);
      visitPlace(place, selection.name);
      forEachPlace(selection.selections ?? [], place, fields, visitPlace);
    }
  }
}

function placeOf(path: string, name: string, fields: Baked['fields']): string {
  return `${path}/${fields.get(name)?.field ?? name}`;
}

function needsOf(
  set: SelectionSetNode | undefined,
  contested: ReadonlySet<string>,
  fields: Baked['fields'],
): Choice {
  const needs: Choice = new Map();
  const walk = (selections: readonly SelectionNode[], path: string) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const place = placeOf(path, selection.name.value, fields);
        if (contested.has(place)) needs.set(place, selection.name.value);
        walk(selection.selectionSet?.selections ?? [], place);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet.selections, path);
      }
    }
  };
  walk(set?.selections ?? [], '');
  return needs;
}

function agree(choice: Choice, needs: Choice): boolean {
  return [...needs].every(([place, name]) => (choice.get(place) ?? name) === name);
}

function withChoice(
  selections: readonly RequiredSelection[],
  path: string,
  choice: Choice,
  contested: ReadonlySet<string>,
  fields: Baked['fields'],
): readonly RequiredSelection[] {
  return selections.flatMap((selection): readonly RequiredSelection[] => {
    if (selection.kind === 'InlineFragment') {
      return [
        { ...selection, selections: withChoice(selection.selections, path, choice, contested, fields) },
      ];
    }
    const place = placeOf(path, selection.name, fields);
    if (contested.has(place) && choice.get(place) !== selection.name) return [];
    if (selection.selections === undefined) return [selection];
    return [{ ...selection, selections: withChoice(selection.selections, place, choice, contested, fields) }];
  });
}

type Definitions = ReturnType<typeof parse>['definitions'];

/** Each field that is asked of an entity, with the type whose field it is. */
function forEachEntityField(
  definitions: Definitions,
  visitField: (field: FieldNode, type: string) => void,
): void {
  const walk = (set: SelectionSetNode, type: string) => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value !== '__typename') visitField(selection, type);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? type);
      }
    }
  };
  for (const set of entitySelections(definitions)) walk(set, '');
}

function entitySelections(definitions: Definitions): readonly SelectionSetNode[] {
  return definitions.flatMap((definition) =>
    definition.kind !== Kind.OPERATION_DEFINITION
      ? []
      : definition.selectionSet.selections.flatMap((root) =>
          root.kind === Kind.FIELD && root.selectionSet ? [root.selectionSet] : [],
        ),
  );
}

/** The fetch with only those entity fields, and only the variables that they use. */
function withFields(
  fetch: FetchNode,
  document: ReturnType<typeof parse>,
  keep: (field: FieldNode) => boolean,
): FetchNode {
  const prune = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return keep(selection) ? [selection] : [];
      if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
      const selectionSet = prune(selection.selectionSet);
      return selectionSet.selections.length === 0 ? [] : [{ ...selection, selectionSet }];
    }),
  });
  const entities = new Set(entitySelections(document.definitions));
  const pruned = visit(document, { SelectionSet: (set) => (entities.has(set) ? prune(set) : undefined) });

  const used = new Set<string>();
  visit(pruned, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  const declared = visit(pruned, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? false : null),
  });
  const { variableUsages, contextRewrites } = fetch;
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(declared)),
    ...(variableUsages && { variableUsages: variableUsages.filter((name) => used.has(name)) }),
    ...(contextRewrites && {
      contextRewrites: contextRewrites.filter(({ renameKeyTo }) => used.has(renameKeyTo)),
    }),
  };
}
