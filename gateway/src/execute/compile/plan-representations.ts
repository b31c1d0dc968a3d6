import type { RequiredField, RequiredSelection, SupergraphFacts } from '../../plan/index.ts';
import { Declined } from './declined.ts';
import type { CapturedValue, Place, Source, SourceField, Step } from './ir.ts';

/**
 * Decides how each entity step's representations are put together and from which earlier steps, and with that what the
 * step has to wait for.
 */
export function planRepresentations(steps: readonly Step[], facts: SupergraphFacts): void {
  for (const step of steps) for (const place of step.places) planRepresentation(step, place, facts);
}

function planRepresentation(step: Step, place: Place, facts: SupergraphFacts): void {
  const { fetch } = step;
  const satisfies = (condition: string) => isOfType(place.typeName, condition, facts);
  const rewrites = (fetch.inputRewrites ?? []).flatMap((rewrite) => {
    const [condition = '', key = '', ...deeper] = rewrite.path;
    if (deeper.length > 0 || !condition.startsWith('... on ')) {
      throw new Declined('a representation that is rewritten below its root');
    }
    return satisfies(condition.slice('... on '.length)) ? [{ key, rewrite }] : [];
  });
  const pieces: (string | CapturedValue)[] = [];
  let literal = '{';
  const seen = new Set<string>();
  for (const field of requiredFields(withFetchedKeys(step, place, satisfies), satisfies)) {
    const name = field.alias ?? field.name;
    let key = name;
    let constant: unknown = name === '__typename' ? place.typeName : undefined;
    for (const { key: rewritten, rewrite } of rewrites) {
      if (rewritten !== name) continue;
      if (rewrite.kind === 'KeyRenamer') key = rewrite.renameKeyTo;
      else constant = rewrite.setValueTo;
    }
    if (seen.has(key)) throw new Declined('a representation that names a key twice');
    seen.add(key);
    literal += `${literal.length > 1 || pieces.length > 0 ? ',' : ''}${JSON.stringify(key)}:`;
    if (constant !== undefined) {
      literal += JSON.stringify(constant);
      continue;
    }
    pieces.push(literal, capture(step, place, field, facts));
    literal = '';
  }
  if (!seen.has('__typename')) throw new Declined('a representation without a type');
  pieces.push(`${literal}}`);
  place.representations.push({ step, pieces });
  waitFor(step, place.sources[0] as Source);
  // An object that several steps bring is whole when the last of them has come.
  for (const source of place.sources)
    if (source.step.kind === 'root' || !source.step.places.includes(place)) waitFor(step, source);
}

/** Without the keys that no earlier step brings, where another one is brought: conditions are decided. */
function withFetchedKeys(
  { fetch, follows }: Step,
  { fields }: Place,
  satisfies: (condition: string) => boolean,
): readonly RequiredSelection[] {
  const { requires = [] } = fetch;
  const isKey = (selection: RequiredSelection) =>
    selection.kind === 'InlineFragment' && selection.isOneOfKeys === true;
  if (!requires.some(isKey)) return requires;
  const isFetched = (selection: RequiredSelection) =>
    requiredFields([selection], satisfies).every(({ alias, name }) =>
      fields.get(alias ?? name)?.sources.some(({ step }) => follows.has(step.index)),
    );
  const fetched = requires.filter((selection) => !isKey(selection) || isFetched(selection));
  return fetched.some((selection) => isKey(selection) && requiredFields([selection], satisfies).length > 0)
    ? fetched
    : requires;
}

function waitFor(step: Step, source: Source): void {
  if (source.step.index < step.index) step.dependsOn.add(source.step.index);
}

function capture(step: Step, place: Place, required: RequiredField, facts: SupergraphFacts): CapturedValue {
  const name = required.alias ?? required.name;
  const field = place.fields.get(name);
  const source = field?.sources.filter((candidate) => step.follows.has(candidate.step.index)).at(-1);
  if (field === undefined || source === undefined) throw new Declined('a key that no earlier fetch brings');
  const own = source.fields.find((candidate) => candidate.field === field) as SourceField;
  if (source !== place.sources[0] && !source.step.places.includes(place)) {
    throw new Declined('a key inside an object that several fetches bring');
  }
  const captured = { text: `k_${name}`, hash: `h_${name}` };
  own.use.capture = captured;
  waitFor(step, source);
  const { selections } = required;
  if (selections === undefined) return { source, capture: captured, keep: undefined };
  if (field.slot === undefined) throw new Declined('a required object that the API schema does not have');
  let isExact = true;
  for (const inner of field.slot.places.values()) {
    const innerSource = inner.sources.find((candidate) => candidate.step === source.step);
    if (innerSource && !compare(inner, innerSource, selections, facts)) isExact = false;
  }
  return { source, capture: captured, keep: isExact ? undefined : selections };
}

/**
 * Whether the source writes exactly what is required, in that order: then its bytes are the representation's.
 * @throws Declined where it does not bring all of it.
 */
function compare(
  place: Place,
  source: Source,
  selections: readonly RequiredSelection[],
  facts: SupergraphFacts,
): boolean {
  const required = requiredFields(selections, (condition) => isOfType(place.typeName, condition, facts));
  let isExact = required.length === source.fields.length;
  for (const [index, { alias, name, selections: below }] of required.entries()) {
    const dataName = alias ?? name;
    const at = source.fields.findIndex(({ field }) => field.name === dataName);
    const own = source.fields[at];
    if (own === undefined) throw new Declined('a required object that several fetches bring');
    if (own.key !== dataName) throw new Declined('a required object whose keys are renamed');
    if (at !== index) isExact = false;
    if (below === undefined) continue;
    for (const inner of own.field.slot?.places.values() ?? []) {
      const innerSource = inner.sources.find(({ step }) => step === source.step);
      if (innerSource && !compare(inner, innerSource, below, facts)) isExact = false;
    }
  }
  return isExact;
}

export function requiredFields(
  selections: readonly RequiredSelection[],
  satisfies: (condition: string) => boolean,
): readonly RequiredField[] {
  const fields = new Map<string, RequiredField>();
  const visit = (items: readonly RequiredSelection[]): void => {
    for (const item of items) {
      if (item.kind === 'InlineFragment') {
        if (item.typeCondition === undefined || satisfies(item.typeCondition)) visit(item.selections);
        continue;
      }
      const name = item.alias ?? item.name;
      const known = fields.get(name);
      const selections =
        known?.selections || item.selections
          ? [...(known?.selections ?? []), ...(item.selections ?? [])]
          : undefined;
      fields.set(name, selections ? { ...item, selections } : item);
    }
  };
  visit(selections);
  return [...fields.values()];
}

function isOfType(typeName: string, condition: string, facts: SupergraphFacts): boolean {
  return typeName === condition || (facts.possibleTypes[condition]?.includes(typeName) ?? false);
}
