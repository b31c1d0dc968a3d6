import type { Spelling } from '../faults.ts';
import { isRawNumber } from '../json-text.ts';
import { hashOf } from '../random.ts';

/** Writes an answer in the spelling. What is in `opaque` is a custom scalar's: its keys are data. */
export function writeJson(value: unknown, spelling: Spelling | undefined, opaque: WeakSet<object>): string {
  if (spelling === 'pretty')
    return ` \r\n\t${JSON.stringify(value, undefined, '\t').replaceAll('\n', '\r\n ')}\n `;
  const plain = JSON.stringify(value);
  if (spelling === 'escaped') return plain.replaceAll(STRING, escapeText);
  const write = writers[spelling ?? 'pretty'];
  return write === undefined ? plain : writeValue(value, write, opaque, '');
}

interface Writer {
  entries?(entries: [string, unknown][], at: string): [string, unknown][];
  number?(value: number, at: string): string;
}

const writers: Partial<Record<Spelling, Writer>> = {
  reordered: {
    entries: (entries, at) =>
      entries
        .map((entry) => ({ entry, rank: hashOf(`${at}${entry[0]}`) }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ entry }) => entry),
  },
  'extra-keys': {
    entries: (entries, at) => {
      const extra: [string, unknown] = ['zzExtra', [['x', '}"', null, true], 1e3]];
      return hashOf(at) % 2 === 0 ? [extra, ...entries] : [...entries, extra];
    },
  },
  'duplicate-keys': {
    entries: (entries, at) =>
      entries.flatMap((entry): [string, unknown][] =>
        // At the top it would be two answers in one.
        at.length > 0 && hashOf(`${at}.${entry[0]}`) % 3 === 0 ? [[entry[0], { wrong: 1 }], entry] : [entry],
      ),
  },
  numbers: {
    number: (value, at) => {
      if (!Number.isInteger(value) || Math.abs(value) > 1e9) return JSON.stringify(value);
      return [`${value}.0`, `${value}e0`, `${value}.000E+00`][hashOf(at) % 3] ?? String(value);
    },
  },
};

function writeValue(value: unknown, writer: Writer, opaque: WeakSet<object>, at: string): string {
  if (typeof value === 'number' && writer.number) return writer.number(value, at);
  if (typeof value !== 'object' || value === null || isRawNumber(value) || opaque.has(value)) {
    return JSON.stringify(value) ?? 'null';
  }
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => writeValue(item, writer, opaque, `${at}[${index}]`)).join(',')}]`;
  }
  const entries = Object.entries(value);
  const written = (writer.entries?.(entries, at) ?? entries).map(
    ([key, inner]) => `${JSON.stringify(key)}:${writeValue(inner, writer, opaque, `${at}.${key}`)}`,
  );
  return `{${written.join(',')}}`;
}

const STRING = /"(?:[^"\\]|\\.)*"/g;

/** The first character and all that are not ASCII, of keys too. */
function escapeText(text: string): string {
  const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replaceAll(/(?<=^")[^"\\]|[^\x20-\x7e]/g, escapeUnit).replaceAll('/', '\\/');
}
