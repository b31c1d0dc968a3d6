import { type GraphQLOutputType, getNullableType, isListType, isNonNullType } from 'graphql';
import { emitFields, emitObjects, emitSeenValue, isPure, sourceAt } from './emit-fields.ts';
import { emitInPlace, emitUnseenValue, partReader } from './emit-pass.ts';
import type { Field, Place, Run, Source, SourceField } from './ir.ts';
import { cell, endOf, isInterned, isMaker, layoutOf, ownCells, runsOf } from './row-layout.ts';

export function isPureRun({ source, first, last }: Run): boolean {
  return source.fields.slice(first, last + 1).every(({ field }) => isPure(field, source));
}

/** The reader of one source's share of a node. It leaves the row in `made`. */
export function emitPartReader(place: Place, source: Source): string {
  const runs = runsOf(place, source);
  const mixed = runs.filter((run) => !isPureRun(run));
  const isClean =
    mixed.length === 0 && source.fields.every((own) => own.use.run || isPure(own.field, source));
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
      return `${text} = p;\n${value}${endOf(text)} = p;\n${hash} = hashOfBytes(b, v, ${text}, p);\n`;
    },
    afterValue: ({ use: { run } }, index, at) => (run?.last === index ? emitRunEnd(run, at) : ''),
    beforeEnd: () => '',
  });
  const locals = [
    ...ownCells(place, source),
    ...mixed.map(({ slotName }) => `from${slotName}`),
    ...(isClean ? [] : ['outerC = c']),
  ];
  return [
    `function ${partReader(place, source)}(p) { // ${place.typeName}\n`,
    isMaker(place, source) && isInterned(place) ? emitSeenBefore(place, source) : '',
    locals.length > 0 ? `let ${locals.join(', ')};\n` : '',
    body,
    isClean ? '' : 'c = outerC;\n',
    emitRow(place, source),
    'return p;\n}\n',
  ].join('');
}

function emitOwnValue(own: SourceField, source: Source): string {
  const { run, merged } = own.use;
  if (merged !== undefined) return `${emitMergedValue(own.field, source)}${merged} = made;\n`;
  return run ? emitSeenValue(own.field, source, emitInPlace(source)) : emitUnseenValue(own, source);
}

function emitRunStart(run: Run, at: string): string {
  const { slotName } = run;
  return isPureRun(run) ? `${slotName} = ${at};\n` : `from${slotName} = pieces.count;\nc = ${at};\n`;
}

function emitRunEnd(run: Run, at: string): string {
  const { slotName } = run;
  if (isPureRun(run)) return `${endOf(slotName)} = ${at};\n`;
  return `pieces.text(c, ${at});\n${slotName} = rows.keep(pieces, from${slotName});\n${endOf(slotName)} = rows.end;\n`;
}

/** Code that makes the row and, where it is a node that will be asked for, links it to the others of its place. */
function emitRow(place: Place, source: Source): string {
  const layout = layoutOf(place, source);
  const own = new Set(ownCells(place, source));
  const cells = layout.cells.map((name) => {
    const value = name === 'place' ? String(place.id) : own.has(name) ? name : '0';
    return `${cell('n', layout, name)} = ${value}; // ${name}\n`;
  });
  const isAsked = isMaker(place, source) && place.representations.length > 0;
  const last = `run.last_${place.id}`;
  return [
    `const n = rows.add(${layout.cells.length}), m = rows.cells;\n`,
    ...cells,
    isAsked
      ? `if (${last} === 0) run.first_${place.id} = n;\nelse ${cell(last, layout, 'next')} = n;\n${last} = n;\n`
      : '',
    isMaker(place, source) && isInterned(place)
      ? `interned_${place.id}.keep(v, begin, begin + ${hintOffset(place, source)}, p, n);\n`
      : '',
    'made = n;\n',
  ].join('');
}

/** Code that ends the reader at once where the same bytes have been read before. */
function emitSeenBefore(place: Place, source: Source): string {
  return [
    `const end = interned_${place.id}.find(v, p, p + ${hintOffset(place, source)});\n`,
    'if (end !== 0) {\n',
    `made = interned_${place.id}.node;\n`,
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

/** Code that reads objects which other sources bring too, and leaves their rows in `made`: one, ABSENT, or a list of them. */
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
        `const ${list} = pieces.count;\n`,
        'if (b[p] !== 91) aside(); // [\n',
        'if (b[++p] === 93) p++;\n',
        'else for (;;) {\n',
        emitStructure(nullable.ofType, object, depth + 1),
        'pieces.item(made);\n',
        'const x = b[p++];\n',
        'if (x === 44) continue;\n',
        'if (x === 93) break;\n',
        'aside();\n',
        '}\n',
        `made = rows.keepList(pieces, ${list});\n`,
      ].join('')
    : object;
  if (isNonNullType(type)) return `{\n${value}}\n`;
  return `if (b[p] === 110) {\np = nullAt(b, p);\nmade = ABSENT;\n} else {\n${value}}\n`;
}
