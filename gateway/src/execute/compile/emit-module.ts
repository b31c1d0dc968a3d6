import { isNonNullType } from 'graphql';
import type { RequiredSelection } from '../../plan/index.ts';
import { emitPartReader, isInterned, layoutOf, partClass } from './emit-part.ts';
import { emitPassReader, partReader } from './emit-pass.ts';
import {
  emitJsonWriter,
  emitMergedWriter,
  emitPartClasses,
  emitPiecesWriter,
  jsonWriter,
  partOf,
} from './emit-write.ts';
import type { CapturedValue, Field, Place, Representation, Source, Step } from './ir.ts';

export interface Module {
  /** The body of a function of `runtime` and `keep` that returns a ModuleExports. */
  readonly code: string;
  /** Selections that captured objects are cut down to, by the number that the code calls them by. */
  readonly keep: readonly (readonly RequiredSelection[])[];
}

type Around = readonly [before: string, after: string];
const WHOLE: Around = ['', ''];

/** Puts the readers and writers of an operation together, those that are called only. */
export function emitModule(steps: readonly Step[], root: Place, places: readonly Place[]): Module {
  const keep: (readonly RequiredSelection[])[] = [];
  const mergedPlaces = new Set<Place>();
  const mergedWriters: string[] = [];
  for (const place of places) {
    for (const item of place.output) {
      if (item.kind !== 'merged') continue;
      mergedWriters.push(emitMergedWriter(place, item.field));
      for (const inner of item.field.slot?.places.values() ?? []) mergedPlaces.add(inner);
    }
  }
  const nodes = places.filter((place) => place.isNode && place.sources.length > 0);
  const entries = steps.map((step) =>
    step.kind === 'root' ? emitRootStep(step, root) : emitEntityStep(step, keep),
  );
  const writers = [
    ...nodes.flatMap((place) =>
      [emitJsonWriter, emitPiecesWriter].map((emit) => emit(place, mergedPlaces.has(place))),
    ),
    ...mergedWriters,
    `function write(run) {\nreturn '{"data":' + ${jsonWriter(root)}(run.root) + '}';\n}\n`,
  ];
  const readers = emitCalled(entries.join(''), places);
  const code = [
    `'use strict';\n`,
    'const { aside, nullAt, stringAt, intAt, floatAt, booleanAt, valueAt, join, flat, cutDown, Interned, hashOfBytes, hashOfText, mixed } = runtime;\n',
    'let b, v, t; // the bytes of an answer, the same for 32-bit loads, the same as text\n',
    'let run; // what the operation has read so far\n',
    'let rope, c; // pieces of text and nodes in turn, and from where on the text is not in it yet\n',
    'let out; // what a reader made beside moving on\n',
    emitRun(root, nodes),
    ...nodes.map(emitPartClasses),
    ...readers,
    ...entries,
    ...(nodes.includes(root) ? writers : [emitJsonWriter(root, false), ...writers]),
    'function begin(bytes, view, text, ofRun) {\nb = bytes;\nv = view;\nt = text;\nrun = ofRun;\n}\n',
    'function end() {\nb = v = t = run = rope = out = undefined;\n}\n',
    `return { Run, begin, end, write, steps: [${steps.map(exportOf).join(', ')}] };\n`,
  ].join('');
  return { code, keep };
}

function emitRun(root: Place, nodes: readonly Place[]): string {
  const asked = nodes.filter(({ representations }) => representations.length > 0);
  return [
    'class Run {\nconstructor() {\n',
    `this.root = { ${root.sources.map(({ step }) => `a${step.index}: undefined`).join(', ')} };\n`,
    ...asked.map(({ id }) => `this.nodes_${id} = [];\n`),
    ...asked.filter(isInterned).map(({ id }) => `this.interned_${id} = new Interned();\n`),
    '}\n}\n',
  ].join('');
}

/** The readers that the code calls, and those that they call. */
function emitCalled(code: string, places: readonly Place[]): string[] {
  const emitted = new Map<string, string>();
  const visit = (text: string): void => {
    for (const [call, kind, place, step] of text.matchAll(/\b(pass|part)_(\d+)_(\d+)(?=\()/g)) {
      if (emitted.has(call)) continue;
      const at = places[Number(place)] as Place;
      const source = at.sources.find((candidate) => candidate.step.index === Number(step)) as Source;
      emitted.set(call, '');
      const reader = kind === 'pass' ? emitPassReader(at, source) : emitPartReader(at, source);
      emitted.set(call, reader);
      visit(reader.slice(reader.indexOf('{')));
    }
  };
  visit(code);
  return [...emitted.values()].reverse();
}

function emitRootStep({ index }: Step, root: Place): string {
  const source = root.sources.find(({ step }) => step.index === index) as Source;
  return `function data_${index}(p) {\nconst end = ${partReader(root, source)}(p);\nrun.root.a${index} = out;\nreturn end;\n}\n`;
}

function emitEntityStep(step: Step, keep: (readonly RequiredSelection[])[]): string {
  const { index, places } = step;
  const around = aroundKeys(step);
  const asks = places.map((place, at) => {
    const own = representationFor(step, place);
    return `for (const n of run.nodes_${place.id}) ${emitAsk(place, own, around, at, keep)}`;
  });
  const gives = places.map(({ id }) => `for (const n of run.nodes_${id}) n.a${index} = parts[order[i++]];\n`);
  const reads = places.map((place, at) => {
    const source = place.sources.find((candidate) => candidate.step === step) as Source;
    const absent = emitAbsent(place, source);
    return {
      absent,
      code: [
        `case ${at}: // ${place.typeName}\n`,
        'if (b[p] === 110) {\n',
        absent === undefined ? 'aside();\n' : `p = nullAt(b, p);\nout = absent_${index}[${at}];\n`,
        `} else p = ${partReader(place, source)}(p);\nbreak;\n`,
      ].join(''),
    };
  });
  return [
    `const around_${index} = ${JSON.stringify(around)};\n`,
    `function ask_${index}(run, asked) {\n${asks.join('')}}\n`,
    `const absent_${index} = [${reads.map(({ absent = 'undefined' }) => absent).join(', ')}];\n`,
    `function entities_${index}(p, placeOf, parts) {\n`,
    'if (b[p] !== 91) aside(); // [\np++;\n',
    'for (let i = 0; i < placeOf.length; i++) {\n',
    'if (i > 0 && b[p++] !== 44) aside(); // ,\n',
    `switch (placeOf[i]) {\n${reads.map(({ code }) => code).join('')}}\n`,
    'parts.push(out);\n}\n',
    'if (b[p] !== 93) aside(); // ]\nreturn p + 1;\n}\n',
    `function give_${index}(run, parts, order) {\nlet i = 0;\n${gives.join('')}}\n`,
  ].join('');
}

/**
 * What stands before and after the one captured value of each representation, where that is the same for all of them: then they
 * are told apart by that value alone. Else nothing, and each is told apart by its whole text.
 */
function aroundKeys(step: Step): Around {
  const all = step.places.map((place) => aroundKey(representationFor(step, place)));
  const [first = WHOLE] = all;
  return all.every(([before, after]) => before === first[0] && after === first[1]) ? first : WHOLE;
}

function aroundKey({ pieces }: Representation): Around {
  const [before, key, after, ...others] = pieces;
  const isOneKey =
    typeof before === 'string' && typeof key === 'object' && typeof after === 'string' && others.length === 0;
  return isOneKey ? [before, after] : WHOLE;
}

function representationFor(step: Step, place: Place): Representation {
  return place.representations.find((candidate) => candidate.step === step) as Representation;
}

function emitAsk(
  place: Place,
  { pieces }: Representation,
  around: Around,
  at: number,
  keep: (readonly RequiredSelection[])[],
): string {
  const slot = ({ source }: CapturedValue, name: string) => `${partOf(place, source)}.${name}`;
  const key = (around === WHOLE ? pieces : pieces.slice(1, -1))
    .map((piece) => {
      if (typeof piece === 'string') return JSON.stringify(piece);
      const text = slot(piece, piece.capture.text);
      return piece.keep === undefined ? text : `cutDown(${text}, ${keep.push(piece.keep) - 1})`;
    })
    .join(' + ');
  const captured = pieces.filter((piece) => typeof piece !== 'string');
  // What two objects are cut down to may be the same.
  if (captured.some((piece) => piece.keep !== undefined)) {
    return `{\nconst key = ${key};\nasked.add(key, hashOfText(key), ${at});\n}\n`;
  }
  const hash = captured
    .map((piece) => slot(piece, piece.capture.hash))
    .reduce((all, one) => (all === '' ? one : `mixed(${all}, ${one})`), '');
  return `asked.add(${key}, ${hash || 0}, ${at});\n`;
}

/** What stands for the share of an entity that a subgraph does not know: nulls, where nulls may be. */
function emitAbsent(place: Place, source: Source): string | undefined {
  const { runs, captures, merged } = layoutOf(place, source);
  if (captures.length > 0 || merged.length > 0) return undefined;
  const texts: string[] = [];
  for (const { first, last, renamedTo } of runs) {
    const fields = source.fields.slice(first, last + 1);
    if (fields.some(({ field }) => !mayBeAbsent(field))) return undefined;
    const text = fields.map(({ key }) => `${JSON.stringify(key)}:null`).join(',');
    texts.push(JSON.stringify(renamedTo === undefined ? text : 'null'));
  }
  return `new ${partClass(place, source)}(${texts.join(', ')})`;
}

/** Another source may have a value where this one knows nothing, and null never replaces a value. */
function mayBeAbsent({ type, sources }: Field): boolean {
  return type !== undefined && !isNonNullType(type) && sources.length === 1;
}

function exportOf({ index, kind }: Step): string {
  return kind === 'root'
    ? `{ read: data_${index} }`
    : `{ around: around_${index}, ask: ask_${index}, absent: absent_${index}, entities: entities_${index}, give: give_${index} }`;
}
