import { buildSchema, printSchema } from 'graphql';
import { expect, it } from 'vitest';
import { composeTexts } from '../testing/test-planner.ts';
import { createPlannerCore } from './planner-core.ts';

const supergraphSdl = composeTexts({
  a: `
    directive @trace(level: Int! = 1) on FIELD | FRAGMENT_SPREAD
    scalar Url @specifiedBy(url: "https://url.spec.whatwg.org")
    "Who borrows"
    type Reader @key(fields: "id") {
      id: ID!
      "As on the card"
      name: String! @deprecated(reason: "say fullName")
      site(first: Int = 3 @deprecated): Url
      secret: Secret @inaccessible
    }
    type Secret @inaccessible { x: Int }
    type Query { reader: Reader }`,
  b: `
    directive @trace(level: Int! = 1) on FIELD | FRAGMENT_SPREAD
    enum Mood { GOOD BAD HIDDEN @inaccessible }
    type Reader @key(fields: "id") { id: ID! mood: Mood }`,
});

it('the API schema keeps descriptions, deprecations, URLs of scalars and executable directives, and nothing of federation', () => {
  const sdl = createPlannerCore(supergraphSdl).loaded.apiSchemaParts.join('');
  expect(printSchema(buildSchema(sdl))).toBe(
    `
directive @trace(level: Int! = 1) on FIELD | FRAGMENT_SPREAD

enum Mood {
  GOOD
  BAD
}

type Query {
  reader: Reader
}

"""Who borrows"""
type Reader {
  id: ID!

  """As on the card"""
  name: String! @deprecated(reason: "say fullName")
  site(first: Int = 3 @deprecated): Url
  mood: Mood
}

scalar Url @specifiedBy(url: "https://url.spec.whatwg.org")
`.trim(),
  );
});
