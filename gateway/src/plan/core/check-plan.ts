import { TributaryError } from '@tributary/errors';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { PlanNode } from '../query-plan.ts';
import { type AskedValues, isNeverAsked, withConditionsOf } from './constant-conditions.ts';
import { fragmentsOf } from './document-parts.ts';
import { allFetches, rootFetches } from './plan-fetches.ts';

/**
 * The planner leaves out, without a word, what it finds no way to: the client would get a null that nothing explains. So
 * each root field that may be asked for must be in a root fetch; one of a mutation, in one only, or it would run twice,
 * and in its place.
 * @throws TributaryError PLANNING_FAILED naming the field.
 */
export function assertCoversRoot(
  node: PlanNode | undefined,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): void {
  const fetched = new Map<string, number>();
  for (const fetch of rootFetches(node)) {
    const planned = parse(fetch.operation, { noLocation: true });
    for (const name of new Set([...rootFields(planned, operationOf(planned))].map(responseName))) {
      fetched.set(name, (fetched.get(name) ?? 0) + 1);
    }
  }
  const asked = [...rootFields(document, operation)];
  for (const field of asked) {
    const fetches = fetched.get(responseName(field)) ?? 0;
    if (fetches === 0) {
      throw new TributaryError('PLANNING_FAILED', `No subgraph can answer the field ${field.name.value}`);
    }
    if (fetches > 1 && operation.operation === 'mutation') {
      const message = `The field ${field.name.value} is asked for several times with other fields in between`;
      throw new TributaryError('PLANNING_FAILED', message);
    }
  }
  if (operation.operation !== 'mutation') return;
  const names = new Set(asked.map(responseName));
  const order = [...fetched.keys()].filter((name) => names.has(name));
  if ([...names].some((name, index) => name !== order[index])) {
    throw new TributaryError('PLANNING_FAILED', 'The fields of the mutation would not run in their order');
  }
}

/** @throws TributaryError PLANNING_FAILED when a fetch enters a subgraph by a key that it does not resolve. */
export function assertEntersByResolvableKeys(
  node: PlanNode | undefined,
  unresolvableEntities: ReadonlySet<string>,
): void {
  if (unresolvableEntities.size === 0) return;
  for (const { serviceName, requires = [] } of allFetches(node)) {
    for (const required of requires) {
      const type = required.kind === 'InlineFragment' ? required.typeCondition : undefined;
      if (!unresolvableEntities.has(`${serviceName}.${type}`)) continue;
      throw new TributaryError(
        'PLANNING_FAILED',
        `The subgraph ${serviceName} does not resolve what is asked of it`,
      );
    }
  }
}

/** @throws TributaryError PLANNING_FAILED when a fetch would have two variables of one name: the client's and its own. */
export function assertNoVariableOfOurs(
  node: PlanNode | undefined,
  { variableDefinitions = [] }: OperationDefinitionNode,
): void {
  if (variableDefinitions.length === 0) return;
  const theirs = new Set(variableDefinitions.map(({ variable }) => variable.name.value));
  for (const { requires, contextRewrites = [] } of allFetches(node)) {
    const ours = [...(requires ? ['representations'] : []), ...contextRewrites.map((one) => one.renameKeyTo)];
    const taken = ours.find((name) => theirs.has(name));
    if (taken === undefined) continue;
    throw new TributaryError(
      'PLANNING_FAILED',
      `The variable $${taken} has a name that the gateway uses itself`,
    );
  }
}

function responseName({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('A fetch without an operation');
  return operation;
}

/** Fields that no @skip and @include rule out, whatever the variables; introspection left aside. */
function* rootFields(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): Generator<FieldNode> {
  const fragments = fragmentsOf(document);

  function* fieldsOf(set: SelectionSetNode | undefined, around: AskedValues): Generator<FieldNode> {
    for (const selection of set?.selections ?? []) {
      const asked = withConditionsOf(selection, around);
      if (asked === undefined || isNeverAsked(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        if (!selection.name.value.startsWith('__')) yield selection;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) yield* fieldsOf(selection.selectionSet, asked);
      else yield* fieldsOf(fragments.get(selection.name.value)?.selectionSet, asked);
    }
  }
  yield* fieldsOf(selectionSet, new Map());
}
