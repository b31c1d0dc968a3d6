import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
} from 'graphql';
import { differs } from './emit-literal.ts';

/** Code that reads a value of the type at `p`: nulls and lists here, what is inside them by `inner`. */
export function emitValue(type: GraphQLOutputType, inner: string, mayBeNull = true): string {
  const nullable = getNullableType(type);
  const value = isListType(nullable) ? emitList(emitValue(nullable.ofType, inner)) : inner;
  if (isNonNullType(type) || !mayBeNull) return value;
  return `if (b[p] === 110) p = nullAt(b, p);\nelse {\n${value}}\n`;
}

function emitList(item: string): string {
  return [
    'if (b[p] !== 91) aside(); // [\n',
    'if (b[++p] === 93) p++;\n',
    'else for (;;) {\n',
    item,
    'const x = b[p++];\n',
    'if (x === 44) continue;\n',
    'if (x === 93) break;\n',
    'aside();\n',
    '}\n',
  ].join('');
}

const BUILT_IN_READERS: Readonly<Record<string, string>> = {
  String: 'stringAt(b, v, p)',
  ID: 'stringAt(b, v, p)',
  Int: 'intAt(b, p)',
  Float: 'floatAt(b, p)',
  Boolean: 'booleanAt(b, p)',
};

/** Custom scalars are any JSON but null; an enum must be a value that the client's schema has. */
export function emitLeaf(type: GraphQLLeafType): string {
  if (!isEnumType(type)) {
    const reader = BUILT_IN_READERS[type.name];
    return reader === undefined ? 'if (b[p] === 110) aside();\np = valueAt(b, p);\n' : `p = ${reader};\n`;
  }
  const branches = type
    .getValues()
    .map(({ name }) => `if (!(${differs(`"${name}"`, 'p')})) p += ${name.length + 2}; // ${name}\n`);
  return `${branches.join('else ')}else aside();\n`;
}
