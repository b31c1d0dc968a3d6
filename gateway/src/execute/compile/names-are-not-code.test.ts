import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { compose } from '../testing/compose.ts';
import { TestEngine } from '../testing/test-engine.ts';
import { formatCode } from './format-code.ts';

/** What each text would do if it were code. */
const CANARY = 'globalThis.canary = 1';
const HOSTILE = [
  `'); ${CANARY}; ('`,
  `"); ${CANARY}; ("`,
  `\`\${${CANARY}}\``,
  `*/ ${CANARY} /*`,
  `\n${CANARY}\n`,
  `\u2028${CANARY}\u2029`,
  `</script><script>${CANARY}</script>`,
  `\\'; ${CANARY}; //`,
];

const described = HOSTILE.map((text) => JSON.stringify(text));
const planner = compose({
  one: `
    type Query {
      ${described[0]} eval(arguments: String = ${described[1]}, class: Kind = constructor): Object
      async: [Run!]!
    }
    ${described[3]} type Object @key(fields: "constructor") {
      constructor: ID! this: Function if: Kind toString: String valueOf: Array @shareable
    }
    type Function { return: String b: Int v: Int t: Int p: Int out: Int canary: Int }
    type Array { aside: Int }
    enum Kind { ${described[4]} constructor hasOwnProperty canary runtime @deprecated(reason: ${described[2]}) }
    type Run @key(fields: "n") { n: ID! root: Int }
  `,
  two: `
    type Object @key(fields: "constructor") {
      constructor: ID! this: Function @external switch: Int @requires(fields: "this { return canary }")
      valueOf: Array @shareable
    }
    type Function { return: String @external canary: Int @external }
    type Array { rope: Int }
    type Run @key(fields: "n") { n: ID! canary: Object function: Int }
  `,
});

const canary = () => (globalThis as { canary?: unknown }).canary;
afterEach(() => expect(canary()).toBeUndefined());

/** The code without its comments and the contents of its strings. */
function bare(code: string): string {
  return code.replace(/ \/\/ .*$/gm, '').replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '""');
}

describe('names', () => {
  it('that mean something in JavaScript mean nothing in the code', async () => {
    const engine = new TestEngine(planner).replies(
      'one',
      '{"data":{"await":{"__typename":"Object","constructor":"1","this":{"return":"r","canary":2,"b":1},"if":"hasOwnProperty","valueOf":{"aside":1}}}}',
    );
    engine.replies('two', '{"data":{"_entities":[{"switch":3,"valueOf":{"rope":2}}]}}');
    const { text, why } = await engine.execute(
      '{ await: eval { switch this { b return canary } if valueOf { rope aside } } }',
    );
    expect([why, engine.sent]).toEqual([undefined, [expect.any(String), expect.any(String)]]);
    expect(text).toBe(
      '{"data":{"await":{"switch":3,"this":{"b":1,"return":"r","canary":2},"if":"hasOwnProperty","valueOf":{"rope":2,"aside":1}}}}',
    );
  });

  it('are in strings, in comments, and behind prefixes of our own', async () => {
    const source = `query canary {
      canary: eval { this { canary } switch valueOf { aside rope } if }
      async { canary { constructor } function }
    }`;
    const code = formatCode((await new TestEngine(planner).compile(source)).source());
    expect(code).toContain('canary');
    const names = bare(code).match(/\w*(canary|constructor|valueOf|aside|rope|Object)\w*/g) ?? [];
    const ours = /^(e?k_|h_|m_|merge_\d+_)\w+$|^(constructor|aside)$/;
    expect(names.filter((name) => !ours.test(name))).toEqual([]);
  });

  it('of any kind that GraphQL allows make code that runs', async () => {
    const name = fc.stringMatching(/^[_A-Za-z][_0-9A-Za-z]{0,12}$/);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 4, maxLength: 4 }), async ([a, b, c, d]) => {
        const engine = new TestEngine(planner);
        const { module } = await engine.compile(
          `query ${c} { ${a}: eval { ${b}: if ${c}: toString } ${d}: async { ${a}: n ${b}: function ${c}: root } }`,
        );
        expect(module.steps.length).toBeGreaterThan(1);
      }),
      { numRuns: 40 },
    );
  });
});

describe('values', () => {
  it.each(HOSTILE)('of arguments, defaults and variables are not in the code at all: %j', async (text) => {
    const value = JSON.stringify(text);
    const source = `query ($c: String = ${value}) {
      eval(arguments: ${value}, class: hasOwnProperty) { if this { b } }
      x: eval(arguments: $c) { toString switch }
    }`;
    const engine = new TestEngine(planner).replies(
      'one',
      '{"data":{"eval":{"if":null,"this":{"b":1}},"x":{"__typename":"Object","constructor":"1","toString":null,"this":{"return":null,"canary":null}}}}',
    );
    engine.replies('two', '{"data":{"_entities":[{"switch":3}]}}');
    const { text: answer, why } = await engine.execute(source, { c: text });
    expect([answer, why]).toEqual([
      '{"data":{"eval":{"if":null,"this":{"b":1}},"x":{"toString":null,"switch":3}}}',
      undefined,
    ]);
    expect(JSON.parse((engine.sent[0] ?? '').slice('one '.length)).variables).toEqual({ c: text });
    expect((await engine.compile(source)).source()).not.toContain(CANARY);
  });

  it.each(HOSTILE)('of an answer are not either: %j', async (text) => {
    const value = JSON.stringify(text);
    const engine = new TestEngine(planner).replies(
      'one',
      `{"data":{"eval":{"__typename":"Object","constructor":${value},"toString":${value},"this":{"return":${value},"canary":1}}}}`,
    );
    engine.replies('two', '{"data":{"_entities":[{"switch":3}]}}');
    const { result, why } = await engine.execute('{ eval { toString constructor switch } }');
    expect([result, why]).toEqual([
      { data: { eval: { toString: text, constructor: text, switch: 3 } } },
      undefined,
    ]);
    const { representations } = JSON.parse((engine.sent[1] ?? '').slice('two '.length)).variables;
    expect(representations).toEqual([
      { __typename: 'Object', constructor: text, this: { return: text, canary: 1 } },
    ]);
  });

  it.each(HOSTILE)('of names are refused by GraphQL: %j', async (text) => {
    await expect(new TestEngine(planner).compile(`{ ${text}: eval { if } }`)).rejects.toThrow();
  });
});
