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
