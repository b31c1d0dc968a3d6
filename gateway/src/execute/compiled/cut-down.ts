import type { RequiredSelection, SupergraphFacts } from '../../plan/index.ts';
import { fromByteText, toByteText } from '../../subgraph/index.ts';
import { aside } from './json-bytes.ts';

type Value = Readonly<Record<string, unknown>>;

/** Digits that a double may not hold: reading and writing them again would change the number. */
const LONG_NUMBER = /[0-9]{16}|[0-9][eE]/;

/** Cuts captured objects down to what a representation may hold. Takes and gives byte text. */
export function createCutDown(keep: readonly (readonly RequiredSelection[])[], facts: SupergraphFacts) {
  const isOfType = (typeName: unknown, condition: string): boolean =>
    typeName === condition || (facts.possibleTypes[condition]?.includes(String(typeName)) ?? false);

  function cut(value: unknown, selections: readonly RequiredSelection[]): unknown {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item) => cut(item, selections));
    const object = value as Value;
    const kept: Record<string, unknown> = Object.create(null);
    keepFields(object, selections, kept);
    return kept;
  }

  function keepFields(
    object: Value,
    selections: readonly RequiredSelection[],
    kept: Record<string, unknown>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === 'InlineFragment') {
        const { typeCondition, selections: below } = selection;
        if (typeCondition === undefined || isOfType(object.__typename, typeCondition))
          keepFields(object, below, kept);
        continue;
      }
      const name = selection.alias ?? selection.name;
      if (!Object.hasOwn(object, name)) aside();
      kept[name] = selection.selections ? cut(object[name], selection.selections) : object[name];
    }
  }

  return (captured: string, index: number): string => {
    if (LONG_NUMBER.test(captured)) aside();
    return toByteText(JSON.stringify(cut(JSON.parse(fromByteText(captured)), keep[index] ?? [])));
  };
}
