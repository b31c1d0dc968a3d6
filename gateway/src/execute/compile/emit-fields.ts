import type { GraphQLLeafType } from 'graphql';
import { getNamedType } from 'graphql';
import { Declined } from './declined.ts';
import { differs, ExpectedText } from './emit-literal.ts';
import { emitLeaf, emitValue } from './emit-value.ts';
import type { Field, Place, Source, SourceField } from './ir.ts';

/** What is done with the text of an object beside checking it. Positions are expressions. */
export interface FieldHooks {
  beforeKey(field: SourceField, index: number, at: string): string;
  beforeValue(field: SourceField, index: number, at: string): string;
  readValue(field: SourceField): string;
  afterValue(field: SourceField, index: number, at: string): string;
  beforeEnd(at: string): string;
}

/** Code that reads an object of one source at a place: its keys in the order of the fetch, and nothing else. */
export function emitFields(place: Place, { fields }: Source, hooks: FieldHooks): string {
  const expected = new ExpectedText();
  const at = () => (expected.offset === 0 ? 'p' : `p + ${expected.offset}`);
  let code = '';
  for (const [index, field] of fields.entries()) {
    expected.add(index === 0 ? '{' : ',');
    code += hooks.beforeKey(field, index, at());
    expected.add(`${JSON.stringify(field.key)}:`);
    code += hooks.beforeValue(field, index, at());
    if (field.field.fieldName === '__typename') expected.add(JSON.stringify(place.typeName));
    else code += expected.take() + hooks.readValue(field);
    code += hooks.afterValue(field, index, at());
  }
  expected.add('}');
  code += hooks.beforeEnd(`p + ${expected.offset - 1}`);
  return code + expected.take();
}

/** Code for a value that the client sees; objects in it are read by what `emitObject` gives for a place. */
export function emitSeenValue(field: Field, source: Source, emitObject: (place: Place) => string): string {
  const { type, slot } = field;
  if (type === undefined) throw new Declined('a field that the API schema does not have');
  // A null never replaces what another source has: which of them is right is not for the compiled code to say.
  const mayBeNull = field.sources.length === 1;
  if (slot) return emitValue(type, emitObjects(field, source, emitObject), mayBeNull);
  return emitValue(type, emitLeaf(getNamedType(type) as GraphQLLeafType), mayBeNull);
}

/** Code for one object of a slot: the one place, or a choice by `__typename`, which then has to come first. */
export function emitObjects({ slot }: Field, { step }: Source, emitObject: (place: Place) => string): string {
  const places = [...(slot?.places.values() ?? [])].filter((place) => sourceAt(place, step.index));
  const [first] = places;
  if (first === undefined) return 'aside();\n';
  if (!slot?.isAbstract) return emitObject(first);
  const keys = new Set(places.map((place) => typeKeyOf(place, step.index)));
  const [key] = keys;
  if (key === undefined || keys.size > 1)
    throw new Declined('an abstract type whose answer does not begin with __typename');
  const head = `{${JSON.stringify(key)}:`;
  const choices = places.map(
    (place) =>
      `if (!(${differs(JSON.stringify(place.typeName), `p + ${head.length}`)})) { // ${place.typeName}\n${emitObject(place)}}\n`,
  );
  return `if (${differs(head, 'p')}) aside(); // ${head}\n${choices.join('else ')}else aside();\n`;
}

export function sourceAt(place: Place, step: number): Source | undefined {
  return place.sources.find((source) => source.step.index === step);
}

function typeKeyOf(place: Place, step: number): string | undefined {
  const first = sourceAt(place, step)?.fields[0];
  return first?.field.fieldName === '__typename' ? first.key : undefined;
}

/** Whether reading the field makes nodes that a later step asks for. */
export function makesNodes({ slot }: Field, { step }: Source): boolean {
  return [...(slot?.places.values() ?? [])].some((place) => {
    const source = sourceAt(place, step.index);
    if (source === undefined) return false;
    return (
      (place.representations.length > 0 && place.creator === source) ||
      source.fields.some(({ field }) => makesNodes(field, source))
    );
  });
}

/** Whether the field's text reaches the client as it stands: no nodes in it, nothing cut or put in. */
export function isPure({ slot }: Field, { step }: Source): boolean {
  return [...(slot?.places.values() ?? [])].every((place) => {
    const source = sourceAt(place, step.index);
    if (source === undefined) return true;
    return isUncut(place, source) && source.fields.every(({ field }) => isPure(field, source));
  });
}

export function isUncut(place: Place, source: Source): boolean {
  if (place.isNode) return false;
  const [only, another] = place.output;
  if (only?.kind !== 'run' || another !== undefined || only.run.source !== source) return false;
  return (
    only.run.first === 0 && only.run.last === source.fields.length - 1 && only.run.renamedTo === undefined
  );
}
