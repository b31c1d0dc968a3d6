import type { RequiredSelection } from '../../plan/index.ts';
import { emitPartReader } from './emit-part.ts';
import { emitPassReader, partReader } from './emit-pass.ts';
import { emitMergedWriter, emitPiecesWriter, emitWriter, mayBeAbsent, writer } from './emit-write.ts';
import type { Place, Representation, Source, Step } from './ir.ts';
import { emitPut, Literals } from './literals.ts';
import { attached, cell, endOf, isInterned, isMaker, layoutOf, nodeLayout, ROOT_ROW } from './row-layout.ts';

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
  const interned = nodes.filter(isInterned);
  const literals = new Literals();
  const entries = steps.map((step) =>
    step.kind === 'root' ? emitRootStep(step, root) : emitEntityStep(step, keep),
  );
  const readers = emitCalled(entries.join(''), places, literals);
  const written = nodes.includes(root) ? nodes : [root, ...nodes];
  const code = [
    `'use strict';\n`,
    `const { ${RUNTIME.join(', ')} } = runtime;\n`,
    'let b, v; // the bytes of an answer, and the same for 32-bit loads\n',
    'let run, rows; // what the operation has read so far\n',
    'let c; // from where on the text is not among the pieces yet\n',
    'let made; // what a reader made beside moving on\n',
    'let m; // the cells of the rows, where no more are added\n',
    emitRun(steps, root, nodes),
    ...interned.map(({ id }) => `const interned_${id} = new Interned();\n`),
    ...readers,
    ...entries,
    emitPiecesWriter(written, literals.texts),
    ...written.map((place) => emitWriter(place, mergedPlaces.has(place))),
    ...mergedWriters,
    emitWrite(root),
    'function begin(bytes, view, ofRun) {\nb = bytes;\nv = view;\nrun = ofRun;\nrows = run.rows;\npieces.clear();\n}\n',
    `function end() {\nb = v = run = rows = m = undefined;\n${interned.map(({ id }) => `interned_${id}.clear();\n`).join('')}}\n`,
    `return { Run, begin, end, write, steps: [${steps.map(exportOf).join(', ')}] };\n`,
  ].join('');
  return { code, keep };
}

const RUNTIME = [
  ...['aside', 'nullAt', 'stringAt', 'intAt', 'floatAt', 'booleanAt', 'valueAt', 'hashOfBytes', 'hashOfText'],
  ...['mixed', 'cutDown', 'Rows', 'Interned', 'pieces', 'keys', 'output', 'ABSENT', 'NODE'],
];

function emitRun(steps: readonly Step[], root: Place, nodes: readonly Place[]): string {
  const asked = nodes.filter(({ representations }) => representations.length > 0);
  return [
    `const usage = { rootSize: ${nodeLayout(root).cells.length}, usualCells: 0 };\n`,
    'class Run {\nconstructor() {\n',
    'this.rows = new Rows(usage);\n',
    ...steps.map(({ index }) => `this.b${index} = this.v${index} = undefined;\n`),
    ...asked.map(({ id }) => `this.first_${id} = this.last_${id} = 0;\n`),
    '}\n}\n',
  ].join('');
}

function emitWrite(root: Place): string {
  return [
    'function write(ofRun) {\nrun = ofRun;\nm = run.rows.cells;\ntry {\noutput.clear();\n',
    emitPut('{"data":'),
    `${writer(root)}(${ROOT_ROW});\n`,
    emitPut('}'),
    'return output.take();\n} finally {\nend();\n}\n}\n',
  ].join('');
}

/** The readers that the code calls, and those that they call. */
function emitCalled(code: string, places: readonly Place[], literals: Literals): string[] {
  const emitted = new Map<string, string>();
  const visit = (text: string): void => {
    for (const [call, kind, place, step] of text.matchAll(/\b(pass|part)_(\d+)_(\d+)(?=\()/g)) {
      if (emitted.has(call)) continue;
      const at = places[Number(place)] as Place;
      const source = at.sources.find((candidate) => candidate.step.index === Number(step)) as Source;
      emitted.set(call, '');
      const reader = kind === 'pass' ? emitPassReader(at, source, literals) : emitPartReader(at, source);
      emitted.set(call, reader);
      visit(reader.slice(reader.indexOf('{')));
    }
  };
  visit(code);
  return [...emitted.values()].reverse();
}

function emitRootStep(step: Step, root: Place): string {
  const { index } = step;
  const source = root.sources.find((candidate) => candidate.step === step) as Source;
  return [
    `function data_${index}(p) {\n`,
    `run.b${index} = b;\nrun.v${index} = v;\n`,
    `const end = ${partReader(root, source)}(p), m = rows.cells;\n`,
    `${cell(String(ROOT_ROW), nodeLayout(root), attached(source))} = made;\n`,
    'return end;\n}\n',
  ].join('');
}

function emitEntityStep(step: Step, keep: (readonly RequiredSelection[])[]): string {
  const { index, places } = step;
  const around = aroundKeys(step);
  const each = (place: Place, code: string) =>
    `for (let n = run.first_${place.id}; n !== 0; n = ${cell('n', nodeLayout(place), 'next')}) {\n${code}}\n`;
  const asks = places.map((place, at) =>
    each(place, emitAsk(place, representationFor(step, place), around, at, keep)),
  );
  const gives = places.map((place) => {
    const layout = nodeLayout(place);
    return each(
      place,
      `${cell('n', layout, attached({ step }))} = parts[${cell('n', layout, `i${index}`)}];\n`,
    );
  });
  const sources = places.map((place) => place.sources.find((candidate) => candidate.step === step) as Source);
  const absences = places.map((place, at) => mayBeAbsent(place, sources[at] as Source));
  const reads = places.map((place, at) =>
    [
      `// ${place.typeName}\n`,
      'if (b[p] === 110) {\n',
      absences[at] ? 'p = nullAt(b, p);\nmade = ABSENT;\n' : 'aside();\n',
      `} else p = ${partReader(place, sources[at] as Source)}(p);\n`,
    ].join(''),
  );
  return [
    `const around_${index} = ${JSON.stringify(around)};\n`,
    `const mayBeAbsent_${index} = ${JSON.stringify(absences)};\n`,
    `function ask_${index}(run, asked) {\nconst m = run.rows.cells;\n${asks.join('')}}\n`,
    `function entities_${index}(p, asked, parts) {\n`,
    `run.b${index} = b;\nrun.v${index} = v;\n`,
    'if (b[p] !== 91) aside(); // [\np++;\n',
    'for (let i = 0; i < asked.count; i++) {\n',
    'if (i > 0 && b[p++] !== 44) aside(); // ,\n',
    reads.length === 1
      ? reads.join('')
      : `switch (asked.placeOf(i)) {\n${reads.map((read, at) => `case ${at}:\n${read}break;\n`).join('')}}\n`,
    'parts.push(made);\n}\n',
    'if (b[p] !== 93) aside(); // ]\nreturn p + 1;\n}\n',
    `function give_${index}(run, parts) {\nconst m = run.rows.cells;\n${gives.join('')}}\n`,
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

/** Code that writes the key of a node and adds it. */
function emitAsk(
  place: Place,
  { step, pieces }: Representation,
  around: Around,
  at: number,
  keep: (readonly RequiredSelection[])[],
): string {
  const hashes: string[] = [];
  const code = (around === WHOLE ? pieces : pieces.slice(1, -1)).map((piece, index) => {
    if (typeof piece === 'string') return emitPut(piece, 'keys');
    const { source, capture } = piece;
    const [row, layout] = isMaker(place, source)
      ? ['n', nodeLayout(place)]
      : [cell('n', nodeLayout(place), attached(source)), layoutOf(place, source)];
    const [start, end] = [cell(row, layout, capture.text), cell(row, layout, endOf(capture.text))];
    const bytes = `run.b${source.step.index}`;
    if (piece.keep === undefined) {
      hashes.push(cell(row, layout, capture.hash));
      return `keys.copy(${bytes}, run.v${source.step.index}, ${start}, ${end}); // ${capture.text}\n`;
    }
    // What two objects are cut down to may be the same.
    hashes.push(`hashOfText(cut${index})`);
    const text = `cutDown(${bytes}.toString('latin1', ${start}, ${end}), ${keep.push(piece.keep) - 1})`;
    return `const cut${index} = ${text};\nkeys.literal(cut${index});\n`;
  });
  const add = step.places.length === 1 ? 'add(' : `addAt(${at}, `;
  const hash = hashes.reduce((all, one) => (all === '' ? one : `mixed(${all}, ${one})`), '');
  return `${code.join('')}${cell('n', nodeLayout(place), `i${step.index}`)} = asked.${add}${hash || 0});\n`;
}

function exportOf({ index, kind }: Step): string {
  return kind === 'root'
    ? `{ read: data_${index} }`
    : `{ around: around_${index}, ask: ask_${index}, mayBeAbsent: mayBeAbsent_${index}, entities: entities_${index}, give: give_${index} }`;
}
