import type { DocumentNode } from 'graphql';
import { type FederationFacts, federationFacts, type TypeFacts } from './federation-facts.ts';

/** A change that the API schema does not show. */
export interface FederationChange {
  readonly type: 'KEY_REMOVED' | 'FIELD_LEFT' | 'REQUIRES_CHANGED' | 'OVERRIDE_CHANGED' | 'ACCESS_TIGHTENED';
  readonly coordinate: string;
  readonly message: string;
  /**
   * `breaking`: clients that use one of `hurts` may be refused. `rollout`: gateways that still serve the supergraph of
   * before ask for what is no longer there, so the order of the rollout matters. `notice`: good to know.
   */
  readonly level: 'breaking' | 'rollout' | 'notice';
  readonly hurts: readonly string[];
}

/** What differs between two versions of one subgraph for gateways. */
export function federationChanges(before: DocumentNode, after: DocumentNode): readonly FederationChange[] {
  const was = federationFacts(before);
  const is = federationFacts(after);
  return [...was.types].flatMap(([name, type]) => [
    ...removedKeys(name, type, is),
    ...fieldChanges(name, type, is),
    ...accessChanges(name, type, is),
  ]);
}

// Private:

const UNTIL = 'Gateways on the supergraph of before do so until they have the new one: serve both until then';

function removedKeys(name: string, was: TypeFacts, { types }: FederationFacts): readonly FederationChange[] {
  const keys = types.get(name)?.keys ?? new Set();
  return [...was.keys]
    .filter((key) => !keys.has(key))
    .map((key) => ({
      type: 'KEY_REMOVED',
      coordinate: name,
      message: `'${name}' can no longer be asked for by @key(fields: "${key}"). ${UNTIL}.`,
      level: 'rollout',
      hurts: [],
    }));
}

function fieldChanges(name: string, was: TypeFacts, { types }: FederationFacts): readonly FederationChange[] {
  const fields = types.get(name)?.fields;
  return [...was.fields].flatMap(([field, before]): readonly FederationChange[] => {
    const coordinate = `${name}.${field}`;
    const after = fields?.get(field);
    if (before.resolved && after?.resolved !== true) {
      const message = `'${coordinate}' is no longer resolved here. ${UNTIL}.`;
      return [{ type: 'FIELD_LEFT', coordinate, message, level: 'rollout', hurts: [] }];
    }
    const changes: FederationChange[] = [];
    if (after !== undefined && after.requires !== undefined && before.requires !== after.requires) {
      const what = before.requires === undefined ? 'nothing' : `"${before.requires}"`;
      changes.push({
        type: 'REQUIRES_CHANGED',
        coordinate,
        message: `'${coordinate}' requires "${after.requires}" and before ${what}. Gateways on the supergraph of before send ${what} until they have the new one: bear that until then.`,
        level: 'rollout',
        hurts: [],
      });
    }
    if (after !== undefined && before.override !== after.override) {
      changes.push({
        type: 'OVERRIDE_CHANGED',
        coordinate,
        message: `@override of '${coordinate}' is ${after.override ?? 'gone'} and was ${before.override ?? 'not there'}.`,
        level: 'notice',
        hurts: [],
      });
    }
    return changes;
  });
}

function accessChanges(
  name: string,
  was: TypeFacts,
  { types }: FederationFacts,
): readonly FederationChange[] {
  const is = types.get(name);
  if (is === undefined) return [];
  const ofType = tightened(name, was.access, is.access);
  const ofFields = [...was.fields].flatMap(([field, before]) => {
    const after = is.fields.get(field);
    return after === undefined ? [] : tightened(`${name}.${field}`, before.access, after.access);
  });
  return [...ofType, ...ofFields];
}

/** Any other demand counts as a new one: whether a scope or a policy asks for less is not written in the schema. */
function tightened(
  coordinate: string,
  was: ReadonlySet<string>,
  is: ReadonlySet<string>,
): readonly FederationChange[] {
  return [...is]
    .filter((demand) => !was.has(demand))
    .map((demand) => ({
      type: 'ACCESS_TIGHTENED',
      coordinate,
      message: `'${coordinate}' now asks for ${demand}.`,
      level: 'breaking',
      hurts: [coordinate],
    }));
}
