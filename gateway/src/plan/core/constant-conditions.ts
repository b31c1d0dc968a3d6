import { type DirectiveNode, Kind, type SelectionNode } from 'graphql';

/** Whether a @skip or @include lets its field through, where that does not depend on a variable; else undefined. */
export function constantCondition({ name, arguments: args = [] }: DirectiveNode): boolean | undefined {
  const condition = args.find((argument) => argument.name.value === 'if')?.value;
  if (condition?.kind !== Kind.BOOLEAN) return undefined;
  if (name.value === 'include') return condition.value;
  return name.value === 'skip' ? !condition.value : undefined;
}

export function isNeverAsked({ directives = [] }: SelectionNode): boolean {
  return directives.some((directive) => constantCondition(directive) === false);
}

/** Variable -> the value that @skip and @include around a place ask of it. */
export type AskedValues = ReadonlyMap<string, boolean>;

/** What the conditions of a selection add to those around it; undefined where they contradict each other. */
export function withConditionsOf(
  { directives = [] }: SelectionNode,
  around: AskedValues,
): AskedValues | undefined {
  let values = around;
  for (const { name, arguments: args = [] } of directives) {
    const condition = args.find((argument) => argument.name.value === 'if')?.value;
    if (condition?.kind !== Kind.VARIABLE || (name.value !== 'skip' && name.value !== 'include')) continue;
    const wanted = name.value === 'include';
    const variable = condition.name.value;
    if ((values.get(variable) ?? wanted) !== wanted) return undefined;
    values = new Map([...values, [variable, wanted]]);
  }
  return values;
}
