import { type GraphQLOutputType, getNullableType, isListType, isNonNullType } from 'graphql';
import { sourceAt } from './emit-fields.ts';
import { isPureRun, layoutOf, partClass } from './emit-part.ts';
import type { Field, OutputItem, Place, Source } from './ir.ts';

/** The classes of a place that is a node: one for the share of each source, the creator's with places for the others. */
export function emitPartClasses(place: Place): string {
  return place.sources.map((source) => emitPartClass(place, source)).join('');
}

function emitPartClass(place: Place, source: Source): string {
  const { runs, captures, merged } = layoutOf(place, source);
  const slots = [...runs.map(({ slotName }) => slotName), ...captures, ...merged];
  const isCreator = place.creator === source;
  const attached = isCreator ? place.sources.filter((other) => other !== source) : [];
  return [
    `class ${partClass(place, source)} { // ${place.typeName}\n`,
    `constructor(${slots.join(', ')}) {\n`,
    ...slots.map((slot) => `this.${slot} = ${slot};\n`),
    ...attached.map(({ step }) => `this.a${step.index} = undefined;\n`),
    isCreator ? `this.written = '';\n` : '',
    '}\n',
    isCreator ? `json() {\nreturn ${jsonWriter(place)}(this);\n}\n` : '',
    isCreator ? `into(pieces) {\ninto_${place.id}(this, pieces);\n}\n` : '',
    `get place() {\nreturn ${place.id};\n}\n`,
    '}\n',
  ].join('');
}

export function jsonWriter(place: Place): string {
  return `json_${place.id}`;
}

/** Where the share of a source is, from the node. */
export function partOf(place: Place, source: Source): string {
  return place.creator === source && place.id !== 0 ? 'n' : `n.a${source.step.index}`;
}

/** The function that makes a node's text. */
export function emitJsonWriter(place: Place, isMerged: boolean): string {
  const { prepare, pieces } = piecesOf(place);
  const text = pieces.join(' + ');
  const isKept = keepsText(place, isMerged);
  return [
    `function ${jsonWriter(place)}(n) { // ${place.typeName}\n`,
    isKept ? `if (n.written.length > 1) return n.written;\n` : '',
    prepare,
    isKept ? `if (n.written !== '') return n.written = flat(${text});\nn.written = '1';\n` : '',
    `return ${text};\n`,
    '}\n',
  ].join('');
}

/** The function that gives the pieces of a node's text, where it is to be copied into a very long one. */
export function emitPiecesWriter(place: Place, isMerged: boolean): string {
  const { prepare, pieces } = piecesOf(place);
  const isKept = keepsText(place, isMerged);
  return [
    `function into_${place.id}(n, pieces) { // ${place.typeName}\n`,
    isKept
      ? `if (n.written !== '') {\npieces.push(${jsonWriter(place)}(n));\nreturn;\n}\nn.written = '1';\n`
      : '',
    prepare,
    `pieces.push(${pieces.join(', ')});\n`,
    '}\n',
  ].join('');
}

/**
 * Whether the text is kept for the next time: where no part of it can be shared with another parent. Most are written once: what it takes to
 * have it at hand is spent when it is asked for again.
 */
function keepsText(place: Place, isMerged: boolean): boolean {
  return place.isRepeated && !isMerged && place.representations.length > 0;
}

/** Expressions for the pieces of a node's text, and what is to be done before they hold. */
function piecesOf(place: Place): { readonly prepare: string; readonly pieces: readonly string[] } {
  const prepare: string[] = [];
  const items = place.output.map((item) => emitItem(item, place, prepare));
  if (items.length === 0) return { prepare: '', pieces: [`'{}'`] };
  const pieces = items.flatMap((item, index) => (index === 0 ? item : [`','`, ...item]));
  return { prepare: prepare.join(''), pieces: [`'{'`, ...pieces, `'}'`] };
}

function emitItem(item: OutputItem, place: Place, prepare: string[]): readonly string[] {
  if (item.kind === 'literal') return [JSON.stringify(item.text)];
  if (item.kind === 'merged') {
    const parts = item.field.sources.map((source) => `${partOf(place, source)}.m_${item.field.name}`);
    return [named(item.responseName), `${mergedWriter(place, item.field)}(${parts.join(', ')})`];
  }
  const { run } = item;
  const slot = `${partOf(place, run.source)}.${run.slotName}`;
  if (!isPureRun(run)) prepare.push(`if (typeof ${slot} !== 'string') ${slot} = join(${slot});\n`);
  return run.renamedTo === undefined ? [slot] : [named(run.renamedTo), slot];
}

/** A literal of a response name and its colon. */
function named(responseName: string): string {
  return JSON.stringify(`${JSON.stringify(responseName)}:`);
}

export function mergedWriter(place: Place, field: Field): string {
  return `merge_${place.id}_${field.name}`;
}

/** The function that writes a value which several sources bring: their parts side by side, lists item by item. */
export function emitMergedWriter(place: Place, field: Field): string {
  const names = field.sources.map(({ step }) => `x${step.index}`);
  return `function ${mergedWriter(place, field)}(${names.join(', ')}) {\n${emitMerge(field.type as GraphQLOutputType, names, field, 0)}}\n`;
}

function emitMerge(type: GraphQLOutputType, names: readonly string[], field: Field, depth: number): string {
  const nullable = getNullableType(type);
  const [first, ...others] = names;
  const nulls = isNonNullType(type)
    ? ''
    : `if (${names.map((name) => `${name} === null`).join(' && ')}) return 'null';\n`;
  const noNulls = `if (${names.map((name) => `${name} === null`).join(' || ')}) aside();\n`;
  if (!isListType(nullable)) return nulls + noNulls + emitMergeObjects(names, field);
  const items = names.map((name) => `${name}[i${depth}]`);
  const inner = names.map((name) => `${name}_${depth}`);
  return [
    nulls,
    noNulls,
    ...others.map((name) => `if (${name}.length !== ${first}.length) aside();\n`),
    `let text${depth} = '[';\n`,
    `for (let i${depth} = 0; i${depth} < ${first}.length; i${depth}++) {\n`,
    `if (i${depth} > 0) text${depth} += ',';\n`,
    `text${depth} += ((${inner.join(', ')}) => {\n${emitMerge(nullable.ofType, inner, field, depth + 1)}})(${items.join(', ')});\n`,
    '}\n',
    `return text${depth} + ']';\n`,
  ].join('');
}

function emitMergeObjects(names: readonly string[], field: Field): string {
  const places = [...(field.slot?.places.values() ?? [])].filter(
    (place) => place.creator && field.sources.some(({ step }) => sourceAt(place, step.index)),
  );
  const [first = '', ...others] = names;
  const same = others.map((name) => `if (${name}.place !== ${first}.place) aside();\n`).join('');
  const cases = places.map((place) => {
    const index = field.sources.findIndex(({ step }) => place.creator?.step === step);
    const node = names[index] ?? first;
    const links = field.sources.flatMap(({ step }, at) =>
      at !== index && sourceAt(place, step.index) ? [`${node}.a${step.index} = ${names[at]};\n`] : [],
    );
    return `case ${place.id}:\n${links.join('')}return ${jsonWriter(place)}(${node});\n`;
  });
  return `${same}switch (${first}.place) {\n${cases.join('')}default: return aside();\n}\n`;
}
