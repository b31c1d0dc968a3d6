import type { Place, Run, Source } from './ir.ts';

/** The row of the root: the first of the memory. */
export const ROOT_ROW = 1;

/**
 * What stands in the cells of a row, by name. Each begins with the number of its place. What a source keeps of an object is the texts of its
 * runs and captured values (two cells each, from where to where), hashes, and objects that will be merged.
 *
 * The row of the source that makes a node goes on with where the rows of the other sources are; the root has nothing but these.
 */
export interface RowLayout {
  readonly cells: readonly string[];
}

/** The layout of the row that a source makes at a place. */
export function layoutOf(place: Place, source: Source): RowLayout {
  if (!isMaker(place, source)) return { cells: ['place', ...ownCells(place, source)] };
  return {
    cells: [
      'place',
      ...(place.representations.length > 0 ? ['next'] : []),
      ...(isInterned(place) ? ['written', endOf('written')] : []),
      ...ownCells(place, source),
      ...place.sources.filter((other) => other !== source).map(attached),
      ...place.representations.map(({ step }) => `i${step.index}`),
    ],
  };
}

/** The layout of a node's row. */
export function nodeLayout(place: Place): RowLayout {
  if (place.id === 0) return { cells: ['place', ...place.sources.map(attached)] };
  return layoutOf(place, place.creator as Source);
}

/** The expression of a cell. */
export function cell(row: string, layout: RowLayout, name: string): string {
  return `m[${address(row, layout, name)}]`;
}

/** The expression of its number. */
export function address(row: string, { cells }: RowLayout, name: string): string {
  const offset = cells.indexOf(name);
  if (offset === -1) throw new Error(`No cell ${name}`);
  return offset === 0 ? row : `${row} + ${offset}`;
}

/** Whether the source's row is the node itself. */
export function isMaker(place: Place, source: Source): boolean {
  return place.creator === source && place.id !== 0;
}

/** The cell in which a text ends that begins in this one. */
export function endOf(name: string): string {
  return `e${name}`;
}

/** The cell of the node in which the row of another source is. */
export function attached({ step }: Pick<Source, 'step'>): string {
  return `a${step.index}`;
}

/** Equal objects below a list become one node, whose text is copied where it is met again. */
export function isInterned(place: Place): boolean {
  return place.isRepeated && place.representations.length > 0;
}

/** The pieces of the client's text that the source brings. */
export function runsOf(place: Place, source: Source): readonly Run[] {
  return place.output.flatMap((item) =>
    item.kind === 'run' && item.run.source === source ? [item.run] : [],
  );
}

/** The cells that the source fills, in this order. */
export function ownCells(place: Place, source: Source): readonly string[] {
  return [
    ...runsOf(place, source).flatMap(({ slotName }) => [slotName, endOf(slotName)]),
    ...source.fields.flatMap(({ use: { capture } }) =>
      capture ? [capture.text, endOf(capture.text), capture.hash] : [],
    ),
    ...source.fields.flatMap(({ use: { merged } }) => merged ?? []),
  ];
}
