import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import {
  type CompositeDefinition,
  compositeDefinitions,
  flagArgument,
  joinFields,
  joinTypes,
  mapComposites,
  subgraphNames,
  textArgument,
} from './join-directives.ts';

/**
 * Apollo's planner returns into a subgraph, after it fetched what a @requires needs, by the first key that the subgraph's
 * type has, be it one that the subgraph does not resolve. So a type's keys that cannot be resolved leave the planner's
 * supergraph; the few that must stay (see below) come after those that can.
 */
export function withoutUnresolvableKeys(supergraph: DocumentNode): DocumentNode {
  if (!supergraphHasAny(supergraph)) return supergraph;
  return mapComposites(supergraph, (type) =>
    joinTypes(type).some(isUnresolvable) ? withResolvableKeys(type) : type,
  );
}

function supergraphHasAny(supergraph: DocumentNode): boolean {
  return compositeDefinitions(supergraph).some((type) => joinTypes(type).some(isUnresolvable));
}

/** `subgraph.Type` for each type that a subgraph has keys of, none of which it resolves. */
export function unresolvableEntities(supergraph: DocumentNode): ReadonlySet<string> {
  const subgraphs = subgraphNames(supergraph);
  const entities = new Set<string>();
  for (const type of compositeDefinitions(supergraph)) {
    const resolvable = new Set(
      joinTypes(type)
        .filter((join) => !isUnresolvable(join) && textArgument(join, 'key') !== undefined)
        .map((join) => textArgument(join, 'graph')),
    );
    for (const join of joinTypes(type).filter(isUnresolvable)) {
      const graph = textArgument(join, 'graph');
      if (graph !== undefined && !resolvable.has(graph))
        entities.add(`${subgraphs.get(graph)}.${type.name.value}`);
    }
  }
  return entities;
}

function withResolvableKeys<T extends CompositeDefinition>(type: T): T {
  const joins = joinTypes(type);
  const kept: ConstDirectiveNode[] = joins.filter((join) => !isUnresolvable(join));
  for (const join of joins.filter(isUnresolvable)) {
    const isKnownOtherwise = kept.some(
      (other) => textArgument(other, 'graph') === textArgument(join, 'graph'),
    );
    if (mustKeepKey(join) || (!isKnownOtherwise && isMovingFields(type, join))) kept.push(join);
    else if (!isKnownOtherwise) kept.push(withoutKey(join));
  }
  const others = (type.directives ?? []).filter((directive) => !joins.includes(directive));
  return { ...type, directives: [...kept, ...others] };
}

function isUnresolvable(join: ConstDirectiveNode): boolean {
  return flagArgument(join, 'resolvable') === false;
}

/** An @interfaceObject must be an entity; in an `extend type`, being in a key is what makes an @external field present. */
function mustKeepKey(join: ConstDirectiveNode): boolean {
  return flagArgument(join, 'isInterfaceObject') === true || flagArgument(join, 'extension') === true;
}

/** The planner looks the type of an `@override(label:)` up in both subgraphs; a key makes it one of the subgraph. */
function isMovingFields({ fields = [] }: CompositeDefinition, join: ConstDirectiveNode): boolean {
  return fields.some((field) =>
    joinFields(field).some(
      (own) =>
        textArgument(own, 'graph') === textArgument(join, 'graph') &&
        textArgument(own, 'overrideLabel') !== undefined,
    ),
  );
}

function withoutKey(join: ConstDirectiveNode): ConstDirectiveNode {
  const about = (join.arguments ?? []).filter(
    ({ name }) => name.value !== 'key' && name.value !== 'resolvable',
  );
  return { ...join, arguments: about };
}
