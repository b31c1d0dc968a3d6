import { TributaryError } from '@tributary/errors';
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { responseNameOf } from '../source-names.ts';
import { type Fragments, fragmentsOf, withSelectionOf } from './document-parts.ts';
import { withUnconditionalSelection } from './source-operation.ts';

/** By their text: a condition that is asked again says nothing more. */
type Directives = ReadonlyMap<string, DirectiveNode>;

interface RootField {
  readonly field: FieldNode;
  /** The conditions of the fragments around it and its own, from the outside in. */
  readonly directives: Directives;
}

/**
 * A selection set as the planner will have it. It brings equal fragments together, so that only the one that stands last
 * can take more in without taking it away from its place.
 */
interface Written {
  readonly fragments: Map<string, Written>;
  last: string | undefined;
}

/**
 * Writes a mutation's root fields out of its fragments, in the order in which they have to run: the planner brings equal
 * fragments together, and with the second one its fields before what stands between the two.
 *
 * Brings together what is asked of one root field in several places: it runs once, at the first of them. The planner does
 * so itself where no conditions are involved; with a condition and other fields in between it would run the field twice.
 * Only where the first place has no condition: else it depends on the variables which place is the first.
 *
 * @throws TributaryError PLANNING_FAILED where fields have more conditions than there are fragments to tell apart.
 */
export function inRunningOrder(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  if (operation.operation !== 'mutation') return document;
  const fragments = fragmentsOf(document);
  const fields = [...rootFields(operation.selectionSet, new Map(), fragments)];
  const isFlat = operation.selectionSet.selections.every(({ kind }) => kind === Kind.FIELD);
  if (isFlat && new Set(fields.map(({ field }) => responseNameOf(field))).size === fields.length)
    return document;

  const merged = new Map<string, readonly RootField[]>();
  const places: (readonly RootField[])[] = [];
  for (const root of fields) {
    const name = responseNameOf(root.field);
    const first = merged.get(name);
    const place = first?.[0]?.directives.size === 0 ? [...first, root] : [root];
    if (place.length === 1) places.push(place);
    else places[places.indexOf(first ?? [])] = place;
    merged.set(name, place);
  }
  const written = nothingWritten();
  const selections = places.map((place) => toSelection(place, written));
  const selectionSet = { ...operation.selectionSet, selections };
  return withSelectionOf(document, operation, selectionSet);
}

function* rootFields(set: SelectionSetNode, around: Directives, fragments: Fragments): Generator<RootField> {
  for (const selection of set.selections) {
    const own = (selection.directives ?? []).map((directive) => [print(directive), directive] as const);
    const directives = new Map([...around, ...own]);
    if (selection.kind === Kind.FIELD) {
      yield { field: { ...selection, directives: [] }, directives };
    } else {
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment) yield* rootFields(fragment.selectionSet, directives, fragments);
    }
  }
}

function nothingWritten(): Written {
  return { fragments: new Map(), last: undefined };
}

function toSelection([first, ...others]: readonly RootField[], written: Written): SelectionNode {
  if (first === undefined) throw new Error('A place without a field');
  if (first.directives.size > 0) return inItsPlace(first, written) ?? outOfOrder();
  written.last = undefined;
  const added = others.flatMap(({ field, directives }) =>
    field.selectionSet ? [under([...directives.values()], field.selectionSet.selections)] : [],
  );
  const { selectionSet } = first.field;
  if (!selectionSet || added.length === 0) return first.field;
  return {
    ...first.field,
    selectionSet: { ...selectionSet, selections: [...selectionSet.selections, ...added] },
  };
}

/**
 * Conditions are the field's own as far as they can, or those of the fragment that stands before it. With two of one name
 * it needs a fragment, around either of them, but none that stands further up already: undefined where both do.
 */
function inItsPlace({ field, directives }: RootField, written: Written): SelectionNode | undefined {
  const repeated = repeatedIn(directives);
  const goingOn = [...directives].filter(([text]) => text === written.last);
  const beginning = repeated.filter(([text]) => !written.fragments.has(text));
  for (const [text, directive] of [...goingOn, ...beginning]) {
    const inside = written.fragments.get(text) ?? nothingWritten();
    const others = new Map([...directives].filter(([other]) => other !== text));
    const inner = inItsPlace({ field, directives: others }, inside);
    if (inner === undefined) continue;
    written.fragments.set(text, inside);
    written.last = text;
    return under([directive], [inner]);
  }
  if (repeated.length > 0) return undefined;
  written.last = undefined;
  return withUnconditionalSelection({ ...field, directives: [...directives.values()] });
}

/** The directives of which there are several of one name. */
function repeatedIn(directives: Directives): readonly (readonly [string, DirectiveNode])[] {
  const byName = Map.groupBy(directives, ([, { name }]) => name.value);
  return [...byName.values()].filter(({ length }) => length > 1).flat();
}

function outOfOrder(): never {
  throw new TributaryError('PLANNING_FAILED', 'The fields of the mutation would not run in their order');
}

/** One fragment for each directive: several may be of one name. */
function under(directives: readonly DirectiveNode[], selections: readonly SelectionNode[]): SelectionNode {
  const [outer, ...inner] = directives;
  const selectionSet: SelectionSetNode = {
    kind: Kind.SELECTION_SET,
    selections: inner.length === 0 ? selections : [under(inner, selections)],
  };
  return { kind: Kind.INLINE_FRAGMENT, directives: outer ? [outer] : [], selectionSet };
}
