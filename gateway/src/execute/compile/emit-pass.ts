import { emitFields, emitSeenValue, isUncut, makesNodes } from './emit-fields.ts';
import type { OutputItem, Place, Source, SourceField } from './ir.ts';
import type { Literals } from './literals.ts';

/**
 * The reader of an object that is passed through where it stands: its text goes to the pieces, from the cursor
 * `c` on, but for what is cut out of it and put into it.
 */
export function emitPassReader(place: Place, source: Source, literals: Literals): string {
  const body =
    isSeen(place, source) && !isUncut(place, source)
      ? emitCut(place, source, literals)
      : emitUncut(place, source);
  return `function ${passReader(place, source)}(p) { // ${place.typeName}\n${body}return p;\n}\n`;
}

export function passReader(place: Place, { step }: Source): string {
  return `pass_${place.id}_${step.index}`;
}

export function partReader(place: Place, { step }: Source): string {
  return `part_${place.id}_${step.index}`;
}

/** Code that reads an object where it stands, nodes included: a node takes the place of its text. */
export function emitInPlace(source: Source) {
  return (place: Place): string => {
    const own = place.sources.find(({ step }) => step === source.step) as Source;
    if (!place.isNode || place.creator !== own) return `p = ${passReader(place, own)}(p);\n`;
    return `pieces.text(c, p);\np = ${partReader(place, own)}(p);\npieces.node(made);\nc = p;\n`;
  };
}

/**
 * Code for a value that the client does not see, or not from this source. An object among what a representation needs must have all that is
 * required of it, or the complete executor has to decide whether to ask at all.
 */
export function emitUnseenValue({ field }: SourceField, source: Source): string {
  const isObject = field.slot !== undefined && field.type !== undefined;
  if (!isObject && !makesNodes(field, source)) return 'p = valueAt(b, p);\n';
  const value = emitSeenValue(field, source, emitInPlace(source));
  return `{\nconst kept = pieces.count, keptC = c;\nc = p;\n${value}pieces.count = kept;\nc = keptC;\n}\n`;
}

function isSeen({ client, output }: Place, source: Source): boolean {
  return client !== undefined && output.every((item) => item.kind !== 'run' || item.run.source === source);
}

function emitUncut(place: Place, source: Source): string {
  const seen = isUncut(place, source);
  return emitFields(place, source, {
    beforeKey: nothing,
    beforeValue: nothing,
    readValue: (own) =>
      seen ? emitSeenValue(own.field, source, emitInPlace(source)) : emitUnseenValue(own, source),
    afterValue: nothing,
    beforeEnd: nothing,
  });
}

function emitCut(place: Place, source: Source, literals: Literals): string {
  const items: OutputItem[] = [...place.output];
  let isFirst = true;
  let opened = false;

  /** The literals that stand before the next run, with their commas. */
  const takeLiterals = (): string => {
    let text = '';
    for (let item = items[0]; item?.kind === 'literal'; item = items[0]) {
      text += `${isFirst ? '' : ','}${item.text}`;
      isFirst = false;
      items.shift();
    }
    return text;
  };
  const push = (text: string) =>
    text === '' ? '' : `pieces.literal(${literals.numberOf(text)}); // ${text}\n`;

  return emitFields(place, source, {
    beforeKey({ use: { run } }, index, at) {
      let code = '';
      if (!opened) code += 'pieces.text(c, p + 1);\n';
      opened = true;
      if (run === undefined || run.first !== index) return code;
      let text = takeLiterals();
      if (run.renamedTo !== undefined) text += `${isFirst ? '' : ','}${JSON.stringify(run.renamedTo)}:`;
      else if (!isFirst && index === 0) text += ',';
      code += push(text);
      // The comma of the source serves where there is one.
      if (run.renamedTo === undefined) code += `c = ${isFirst || index === 0 ? at : minusOne(at)};\n`;
      isFirst = false;
      items.shift();
      return code;
    },
    beforeValue: ({ use: { run } }, index, at) =>
      run?.renamedTo !== undefined && run.first === index ? `c = ${at};\n` : '',
    readValue: (own) =>
      own.use.run ? emitSeenValue(own.field, source, emitInPlace(source)) : emitUnseenValue(own, source),
    afterValue: ({ use: { run } }, index, at) => (run?.last === index ? `pieces.text(c, ${at});\n` : ''),
    beforeEnd: (at) => `${push(takeLiterals())}c = ${at};\n`,
  });
}

function minusOne(at: string): string {
  return `${at} - 1`;
}

function nothing(): string {
  return '';
}
