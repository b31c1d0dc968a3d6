import { type GraphQLOutputType, getNullableType, isListType, isNonNullType } from 'graphql';
import { emitFields, emitObjects, emitSeenValue, isPure, sourceAt } from './emit-fields.ts';
import { emitInPlace, emitUnseenValue, partReader } from './emit-pass.ts';
import type { Field, Place, Run, Source, SourceField } from './ir.ts';

/** What a source keeps of an object that is a node: texts of its runs, captured values, objects that will be merged. */
export interface PartLayout {
  readonly runs: readonly Run[];
  /** Their texts and hashes. */
  readonly captures: readonly string[];
  readonly merged: readonly string[];
}

export function layoutOf(place: Place, source: Source): PartLayout {
  const runs = place.output.flatMap((item) =>
    item.kind === 'run' && item.run.source === source ? [item.run] : [],
  );
  return {
    runs,
    captures: source.fields.flatMap(({ use: { capture } }) => (capture ? [capture.text, capture.hash] : [])),
    merged: source.fields.flatMap(({ use }) => use.merged ?? []),
  };
}

export function isPureRun({ source, first, last }: Run): boolean {
  return source.fields.slice(first, last + 1).every(({ field }) => isPure(field, source));
}

export function partClass(place: Place, { step }: Source): string {
  return `Part_${place.id}_${step.index}`;
}

/** Equal objects below a list become one node. */
export function isInterned(place: Place): boolean {
  return place.isRepeated && place.representations.length > 0;
}

/** The reader of one source's share of a node. It leaves the part in `out`. */
export function emitPartReader(place: Place, source: Source): string {
  const { runs, captures, merged } = layoutOf(place, source);
  const isCreator = place.creator === source;
  const isClean =
    runs.every(isPureRun) && source.fields.every((own) => own.use.run || !needsRope(own, source));
  const body = emitFields(place, source, {
    beforeKey: ({ use: { run } }, index, at) =>
      run?.first === index && run.renamedTo === undefined ? emitRunStart(run, at) : '',
    beforeValue: ({ use: { run } }, index, at) =>
      run?.first === index && run.renamedTo !== undefined ? emitRunStart(run, at) : '',
    readValue(own) {
      const { capture } = own.use;
      const value = emitOwnValue(own, source);
      if (capture === undefined) return value;
      const { text, hash } = capture;
      return `{\nconst start = p;\n${value}${text} = t.slice(start, p);\n${hash} = hashOfBytes(b, v, start, p);\n}\n`;
    },
    afterValue: ({ use: { run } }, index, at) => (run?.last === index ? emitRunEnd(run, at) : ''),
    beforeEnd: () => '',
  });
  const slots = [...runs.map(({ slotName }) => slotName), ...captures, ...merged];
  return [
    `function ${partReader(place, source)}(p) { // ${place.typeName}\n`,
    isCreator && isInterned(place) ? emitSeenBefore(place, source) : '',
    isClean ? '' : 'const outerRope = rope, outerC = c;\n',
    slots.length > 0 ? `let ${slots.join(', ')};\n` : '',
    runs.map((run) => (isPureRun(run) ? `let s${run.slotName};\n` : '')).join(''),
    body,
    isClean ? '' : 'rope = outerRope;\nc = outerC;\n',
    isCreator
      ? emitNode(place, source, slots)
      : `out = new ${partClass(place, source)}(${slots.join(', ')});\n`,
    'return p;\n}\n',
  ].join('');
}

function emitOwnValue(own: SourceField, source: Source): string {
  const { run, merged } = own.use;
  if (merged !== undefined) return `${emitMergedValue(own.field, source)}${merged} = out;\n`;
  return run ? emitSeenValue(own.field, source, emitInPlace(source)) : emitUnseenValue(own, source);
}

function needsRope({ field }: SourceField, source: Source): boolean {
  return !isPure(field, source);
}

function emitRunStart(run: Run, at: string): string {
  return isPureRun(run) ? `s${run.slotName} = ${at};\n` : `rope = [];\nc = ${at};\n`;
}

function emitRunEnd(run: Run, at: string): string {
  if (isPureRun(run)) return `${run.slotName} = t.slice(s${run.slotName}, ${at});\n`;
  return `rope.push(t.slice(c, ${at}));\n${run.slotName} = rope;\n`;
}

function emitNode(place: Place, source: Source, slots: readonly string[]): string {
  const make = `new ${partClass(place, source)}(${slots.join(', ')})`;
  const list = place.representations.length > 0 ? `run.nodes_${place.id}.push(node);\n` : '';
  if (!isInterned(place)) return `const node = ${make};\n${list}out = node;\n`;
  return [
    `const node = ${make};\n`,
    `run.interned_${place.id}.keep(v, begin, begin + ${hintOffset(place, source)}, p, node);\n`,
    list,
    'out = node;\n',
  ].join('');
}

/** Code that ends the reader at once where the same bytes have been read before. */
function emitSeenBefore(place: Place, source: Source): string {
  return [
    `const end = run.interned_${place.id}.find(v, p, p + ${hintOffset(place, source)});\n`,
    'if (end !== 0) {\n',
    `out = run.interned_${place.id}.node;\n`,
    'return end;\n',
    '}\n',
    'const begin = p;\n',
  ].join('');
}

/** Where the first value stands that is not the type's name: most likely that of the key. */
function hintOffset({ typeName }: Place, { fields }: Source): number {
  let offset = 1;
  for (const { key, field } of fields) {
    offset += `"${key}":`.length;
    if (field.fieldName !== '__typename') break;
    offset += `"${typeName}",`.length;
  }
  return offset;
}

/** Code that reads objects which other sources bring too, and leaves their parts in `out`: one, null, or lists of them. */
function emitMergedValue(field: Field, source: Source): string {
  const object = emitObjects(field, source, (place) => {
    const own = sourceAt(place, source.step.index) as Source;
    return `p = ${partReader(place, own)}(p);\n`;
  });
  return emitStructure(field.type as GraphQLOutputType, object, 0);
}

function emitStructure(type: GraphQLOutputType, object: string, depth: number): string {
  const nullable = getNullableType(type);
  const list = `list${depth}`;
  const value = isListType(nullable)
    ? [
        `const ${list} = [];\n`,
        'if (b[p] !== 91) aside(); // [\n',
        'if (b[++p] === 93) p++;\n',
        'else for (;;) {\n',
        emitStructure(nullable.ofType, object, depth + 1),
        `${list}.push(out);\n`,
        'const x = b[p++];\n',
        'if (x === 44) continue;\n',
        'if (x === 93) break;\n',
        'aside();\n',
        '}\n',
        `out = ${list};\n`,
      ].join('')
    : object;
  if (isNonNullType(type)) return `{\n${value}}\n`;
  return `if (b[p] === 110) {\np = nullAt(b, p);\nout = null;\n} else {\n${value}}\n`;
}
