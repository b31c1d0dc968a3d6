import { type GraphQLOutputType, getNullableType, isListType, isNonNullType } from 'graphql';
import { sourceAt } from './emit-fields.ts';
import { isPureRun } from './emit-part.ts';
import type { Field, OutputItem, Place, Run, Source } from './ir.ts';
import { emitPut } from './literals.ts';
import { address, attached, cell, endOf, isInterned, isMaker, layoutOf, nodeLayout } from './row-layout.ts';

export function writer(place: Place): string {
  return `write_${place.id}`;
}

/** The variable in which the row of a source's share is, at its node. */
function rowOf(place: Place, source: Source): string {
  return isMaker(place, source) ? 'n' : attached(source);
}

/** The function that writes a node. */
export function emitWriter(place: Place, isMerged: boolean): string {
  const layout = nodeLayout(place);
  // Where several sources bring an object, each parent may have other shares of it.
  const isKept = isInterned(place) && !isMerged;
  const [written, until] = isKept
    ? [cell('n', layout, 'written'), cell('n', layout, endOf('written'))]
    : ['', ''];
  const items = place.output.map((item) => emitItem(item, place));
  const sources = new Set(place.output.flatMap((item) => sourcesOf(item)));
  return [
    `function ${writer(place)}(n) { // ${place.typeName}\n`,
    isKept
      ? `if (${written} !== 0) {\noutput.again(${written}, ${until});\nreturn;\n}\nconst start = output.at;\n`
      : '',
    ...[...sources].map((source) => emitRowOf(place, source)),
    join('{', items, '}'),
    isKept ? `${written} = start;\n${until} = output.at;\n` : '',
    '}\n',
  ].join('');
}

function sourcesOf(item: OutputItem): readonly Source[] {
  if (item.kind === 'literal') return [];
  return item.kind === 'run' ? [item.run.source] : item.field.sources;
}

/** A share that nobody has given is a fault of ours: better no text than another's. */
function emitRowOf(place: Place, source: Source): string {
  if (isMaker(place, source)) return '';
  const row = rowOf(place, source);
  const isMissing = mayBeAbsent(place, source) ? `${row} === 0` : `${row} <= 0`;
  return `const ${row} = ${cell('n', nodeLayout(place), attached(source))};\nif (${isMissing}) aside();\n`;
}

/** Whether a subgraph may not know the entity: all that it would bring may be null. */
export function mayBeAbsent(place: Place, source: Source): boolean {
  const { fields } = source;
  // Another source may have a value where this one knows nothing, and null never replaces a value.
  const isNullable = ({ type, sources }: Field) =>
    type !== undefined && !isNonNullType(type) && sources.length === 1;
  return (
    fields.every(({ use: { run }, field }) => run === undefined || isNullable(field)) &&
    fields.every(({ use: { capture, merged } }) => capture === undefined && merged === undefined) &&
    !isMaker(place, source)
  );
}

/** Texts that stand side by side are written as one. */
type Written = { readonly text: string } | { readonly code: string };

function join(before: string, items: readonly (readonly Written[])[], after: string): string {
  const all: Written[] = [{ text: before }];
  for (const [index, item] of items.entries()) all.push(...(index === 0 ? [] : [{ text: ',' }]), ...item);
  let code = '';
  let text = '';
  for (const item of [...all, { text: after }]) {
    if ('text' in item) {
      text += item.text;
      continue;
    }
    code += (text === '' ? '' : emitPut(text)) + item.code;
    text = '';
  }
  return code + emitPut(text);
}

function emitItem(item: OutputItem, place: Place): readonly Written[] {
  if (item.kind === 'literal') return [item];
  if (item.kind === 'merged') {
    const lists = item.field.sources.map((source) =>
      cell(rowOf(place, source), layoutOf(place, source), `m_${item.field.name}`),
    );
    return [
      { text: nameOf(item.responseName) },
      { code: `${mergedWriter(place, item.field)}(${lists.join(', ')});\n` },
    ];
  }
  const { run } = item;
  const name = run.renamedTo === undefined ? '' : nameOf(run.renamedTo);
  const code = emitRun(run, place);
  if (!mayBeAbsent(place, run.source)) return [{ text: name }, { code }];
  const absent = emitPut(textOfAbsent(run));
  return [
    { text: name },
    { code: `if (${rowOf(place, run.source)} === ABSENT) {\n${absent}} else {\n${code}}\n` },
  ];
}

function emitRun(run: Run, place: Place): string {
  const { source, slotName } = run;
  const layout = layoutOf(place, source);
  const row = rowOf(place, source);
  const bytes = `run.b${source.step.index}, run.v${source.step.index}`;
  if (isPureRun(run)) {
    return `output.copy(${bytes}, ${cell(row, layout, slotName)}, ${cell(row, layout, endOf(slotName))}); // ${slotName}\n`;
  }
  return `writePieces(${address(row, layout, slotName)}, ${bytes}); // ${slotName}\n`;
}

/** Nulls in the place of the run's fields. */
function textOfAbsent({ source, first, last, renamedTo }: Run): string {
  if (renamedTo !== undefined) return 'null';
  return source.fields
    .slice(first, last + 1)
    .map(({ key }) => `${JSON.stringify(key)}:null`)
    .join(',');
}

function nameOf(responseName: string): string {
  return `${JSON.stringify(responseName)}:`;
}

/**
 * The function that writes a text with nodes in it, and the one that writes a node of any place. `at`: the cell that says where its pieces are;
 * after the first time, the two cells say where it has been written.
 */
export function emitPiecesWriter(places: readonly Place[], literals: readonly string[]): string {
  return [
    `const literals = ${JSON.stringify(literals)};\n`,
    'function writePieces(at, bytes, view) {\n',
    'const from = m[at], to = m[at + 1];\n',
    'if (from < 0) {\noutput.again(-from, to);\nreturn;\n}\n',
    'const start = output.at;\n',
    'for (let i = from; i < to; i += 2) {\n',
    'const x = m[i], y = m[i + 1];\n',
    'if (x >= 0) output.copy(bytes, view, x, y);\n',
    'else if (x === NODE) writeNode(y);\n',
    'else output.literal(literals[y]);\n',
    '}\n',
    'm[at] = -start;\nm[at + 1] = output.at;\n',
    '}\n',
    'function writeNode(n) {\nswitch (m[n]) {\n',
    ...places.map((place) => `case ${place.id}: // ${place.typeName}\n${writer(place)}(n);\nbreak;\n`),
    'default:\naside();\n}\n}\n',
  ].join('');
}

export function mergedWriter(place: Place, field: Field): string {
  return `merge_${place.id}_${field.name}`;
}

/** The function that writes a value which several sources bring: their shares side by side, lists item by item. */
export function emitMergedWriter(place: Place, field: Field): string {
  const names = field.sources.map(({ step }) => `x${step.index}`);
  return `function ${mergedWriter(place, field)}(${names.join(', ')}) {\n${emitMerge(field.type as GraphQLOutputType, names, field, 0)}}\n`;
}

function emitMerge(type: GraphQLOutputType, names: readonly string[], field: Field, depth: number): string {
  const nullable = getNullableType(type);
  const [first, ...others] = names;
  const areNull = names.map((name) => `${name} === ABSENT`);
  const value = isListType(nullable)
    ? [
        ...others.map((name) => `if (m[${name}] !== m[${first}]) aside();\n`),
        emitPut('['),
        `for (let i = 1; i <= m[${first}]; i++) {\n`,
        `if (i > 1) ${emitPut(',')}`,
        `merge${depth}(${names.map((name) => `m[${name} + i]`).join(', ')});\n`,
        '}\n',
        emitPut(']'),
      ].join('')
    : emitMergeObjects(names, field);
  const inner = isListType(nullable)
    ? `function merge${depth}(${names.join(', ')}) {\n${emitMerge(nullable.ofType, names, field, depth + 1)}}\n`
    : '';
  return [
    inner,
    isNonNullType(type) ? '' : `if (${areNull.join(' && ')}) {\n${emitPut('null')}return;\n}\n`,
    `if (${areNull.join(' || ')}) aside();\n`,
    value,
  ].join('');
}

function emitMergeObjects(names: readonly string[], field: Field): string {
  const places = [...(field.slot?.places.values() ?? [])].filter(
    (place) => place.creator && field.sources.some(({ step }) => sourceAt(place, step.index)),
  );
  const [first = '', ...others] = names;
  const same = others.map((name) => `if (m[${name}] !== m[${first}]) aside();\n`).join('');
  const cases = places.map((place) => {
    const layout = nodeLayout(place);
    const index = field.sources.findIndex(({ step }) => place.creator?.step === step);
    const node = names[index] ?? first;
    const links = field.sources.flatMap((source, at) =>
      at !== index && sourceAt(place, source.step.index)
        ? [`${cell(node, layout, attached(source))} = ${names[at]};\n`]
        : [],
    );
    return `case ${place.id}: // ${place.typeName}\n${links.join('')}${writer(place)}(${node});\nbreak;\n`;
  });
  return `${same}switch (m[${first}]) {\n${cases.join('')}default:\naside();\n}\n`;
}
