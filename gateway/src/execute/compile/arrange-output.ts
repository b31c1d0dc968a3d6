import type { ClientField, Field, OutputItem, Place, Run, Slot, Source, SourceField, Step } from './ir.ts';

/**
 * Decides for each place how its text is made: which runs of which source, in the client's order, and whether the
 * object can be passed through where it stands or has to be kept as a node until all its sources are there.
 */
export function arrangeOutput(root: Place): void {
  arrangePlace(root, undefined, root);
  root.isNode = true;
}

/** `pinned` is the one step whose text is taken for everything from here on down, where several bring the same object. */
function arrangePlace(place: Place, pinned: Step | undefined, root: Place): void {
  const sources = pinned ? place.sources.filter(({ step }) => step === pinned) : place.sources;
  place.creator = place.representations.length > 0 ? place.sources[0] : sources[0];
  place.output = arrange(place, sources, root);
  for (const field of place.fields.values()) {
    const chosen = place.output.find((item) => item.kind === 'run' && bringsIn(item.run, field));
    const isMerged = place.output.some((item) => item.kind === 'merged' && item.field === field);
    const step = chosen?.kind === 'run' && field.sources.length > 1 ? chosen.run.source.step : pinned;
    for (const inner of field.slot?.places.values() ?? []) {
      arrangePlace(inner, step, root);
      if (isMerged) inner.isNode = true;
    }
  }
  place.isNode =
    place.representations.length > 0 ||
    place.output.some((item) => item.kind === 'merged') ||
    !isPassedThrough(place);
}

function bringsIn({ source, first, last }: Run, field: Field): boolean {
  const index = source.fields.findIndex((candidate) => candidate.field === field);
  return index >= first && index <= last;
}

function arrange(place: Place, sources: readonly Source[], root: Place): OutputItem[] {
  const items: OutputItem[] = [];
  const slotCounts = new Map<Source, number>();
  for (const clientField of place.client ?? []) {
    const { responseName, field } = clientField;
    if (clientField.fieldName === '__typename') {
      if (place === root || !joinsRun(items, sources[0], clientField, slotCounts)) {
        items.push({
          kind: 'literal',
          text: `${JSON.stringify(responseName)}:${JSON.stringify(place.typeName)}`,
        });
      }
      continue;
    }
    // Only `__typename` may have no field: see mark-client.ts.
    const known = field as Field;
    const source = sourceFor(known, sources);
    if (source === undefined) {
      for (const each of known.sources) ownField(each, known).use.merged = `m_${known.name}`;
      items.push({ kind: 'merged', responseName, field: known });
      continue;
    }
    addToRun(items, source, clientField, slotCounts);
  }
  return items;
}

function addToRun(
  items: OutputItem[],
  source: Source,
  { responseName, field }: ClientField,
  slotCounts: Map<Source, number>,
): void {
  const index = source.fields.findIndex((candidate) => candidate.field === field);
  const own = source.fields[index] as SourceField;
  const isRenamed = own.key !== responseName;
  const last = items.at(-1);
  if (!isRenamed && last?.kind === 'run' && continues(last.run, source, index)) {
    last.run.last = index;
    own.use.run = last.run;
    return;
  }
  const count = slotCounts.get(source) ?? 0;
  slotCounts.set(source, count + 1);
  const run: Run = {
    source,
    first: index,
    last: index,
    renamedTo: isRenamed ? responseName : undefined,
    slotName: `r${count}`,
  };
  own.use.run = run;
  items.push({ kind: 'run', run });
}

function continues(run: Run, source: Source, index: number): boolean {
  return run.source === source && run.renamedTo === undefined && run.last + 1 === index;
}

/** A `__typename` is known without reading it, but costs nothing where it stands between its neighbours anyway. */
function joinsRun(
  items: OutputItem[],
  source: Source | undefined,
  clientField: ClientField,
  slotCounts: Map<Source, number>,
): boolean {
  const { responseName, field } = clientField;
  if (field === undefined || source === undefined) return false;
  const index = source.fields.findIndex(({ key, field: own }) => own === field && key === responseName);
  const last = items.at(-1);
  const stands =
    items.length === 0 ? index === 0 : last?.kind === 'run' && continues(last.run, source, index);
  if (index === -1 || !stands) return false;
  addToRun(items, source, clientField, slotCounts);
  return true;
}

/** The one source whose text serves as the field's value; undefined where several have to be merged. */
function sourceFor({ sources, slot }: Field, among: readonly Source[]): Source | undefined {
  const own = sources.filter((source) => among.includes(source));
  if (slot === undefined || own.length === 1) return own.at(-1);
  return own.findLast((source) => isCoveredBy(slot, source));
}

/**
 * Whether one step brings all that the client sees below, no later one brings some of it too, and it is the one whose objects later steps attach to.
 */
function isCoveredBy(slot: Slot, { step }: Source): boolean {
  return [...slot.places.values()].every((place) => {
    if (place.sources.length === 0) return true;
    const own = place.sources.find((source) => source.step === step);
    if (own === undefined || (place.representations.length > 0 && place.sources[0] !== own)) return false;
    return [...place.fields.values()].every((field) => {
      const isVisible = place.client?.some((clientField) => clientField.field === field) ?? false;
      const brings = field.sources.includes(own);
      if (!brings) return !isVisible && field.slot === undefined;
      if (field.slot === undefined) return !isVisible || field.sources.at(-1) === own;
      return isCoveredBy(field.slot, own);
    });
  });
}

function isPassedThrough({ output, creator, client }: Place): boolean {
  if (client === undefined) return true;
  let next = 0;
  for (const item of output) {
    if (item.kind !== 'run') continue;
    if (item.run.source !== creator || item.run.first < next) return false;
    next = item.run.last + 1;
  }
  return true;
}

export function ownField(source: Source, field: Field): SourceField {
  return source.fields.find((candidate) => candidate.field === field) as SourceField;
}
