import {
  type FieldNode,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { exactText, isRawNumber, parseExact } from '../json-text.ts';
import { hashOf, shareOf } from '../random.ts';
import { collectFields, keyFieldsOf, readRequired } from './field-sets.ts';
import { leafValue } from './leaf-values.ts';
import type { ContextArgument, SubgraphModel } from './read-subgraph.ts';
import { isWorldObject, mapItems, type WorldObject, withParent } from './world-object.ts';

/** What a request has changed so far: the mutations it has run, in order. */
export interface Session {
  readonly log: string[];
}

export interface WorldOptions {
  readonly seed: string;
  /** Share of leaf values that are hard to carry: escapes, Unicode, numbers beyond a double. */
  readonly spice: number;
  /** Share of nullable places that are null. */
  readonly nulls: number;
}

/**
 * One consistent set of facts, from which each subgraph answers its part and the monolith everything. Nothing is
 * stored: each value is drawn from its place, so that leaving out a field or a type changes no other value.
 */
export interface World {
  /**
   * The value of a field: null, a leaf, a WorldObject, or lists of these. A field with @requires depends on what it
   * requires, taken from the object's representation if it has one.
   */
  resolve(
    object: WorldObject,
    field: string,
    args: Readonly<Record<string, unknown>>,
    session: Session,
  ): unknown;
  /** The entity that a representation with these key fields means. */
  findEntity(
    types: readonly string[],
    key: SelectionSetNode,
    representation: Readonly<Record<string, unknown>>,
  ): WorldObject | undefined;
  /** Values of the field's @fromContext arguments, from what led to the object. */
  contextArguments(object: WorldObject, field: string): Readonly<Record<string, unknown>>;
}

const ENTITIES_PER_TYPE = 4;

/** @throws where no value of a field is one that all subgraphs know: such a federation has no world. */
export function createWorld(
  supergraph: GraphQLSchema,
  subgraphs: readonly SubgraphModel[],
  { seed, spice, nulls }: WorldOptions,
): World {
  const keyFields = keyFieldsOf(supergraph, subgraphs);
  const facts = subgraphs.flatMap((subgraph) =>
    [...subgraph.fields].map(([place, fact]) => ({ place, fact })),
  );
  const requires = new Map(
    facts.flatMap(({ place, fact }) => (fact.requires ? [[place, fact.requires] as const] : [])),
  );
  const contexts = new Map<string, readonly ContextArgument[]>(
    facts.flatMap(({ place, fact }) =>
      fact.contextArguments.length > 0 ? [[place, fact.contextArguments]] : [],
    ),
  );
  const settersOf = (context: string) =>
    subgraphs.flatMap((subgraph) => subgraph.contexts.get(context) ?? []);
  const membersHere = new Map<string, readonly string[]>();

  const typeOf = (name: string) => {
    const type = supergraph.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is no object type`);
    return type;
  };

  const promised = new Map<string, boolean>();
  /** Whether some subgraph says that the field is never null. */
  function isPromised(object: string, field: string): boolean {
    const place = `${object}.${field}`;
    const known = promised.get(place);
    if (known !== undefined) return known;
    const owners = [
      object,
      ...typeOf(object)
        .getInterfaces()
        .map((face) => face.name),
    ];
    const is = subgraphs.some(({ schema }) =>
      owners.some((owner) => isNonNullType(fieldOf(schema, owner, field)?.type)),
    );
    promised.set(place, is);
    return is;
  }

  /** Objects of an abstract type, or values of an enum, that all subgraphs with the field know. */
  function membersAt(object: string, field: string, type: string, all: readonly string[]): readonly string[] {
    const place = `${object}.${field}:${type}`;
    const known = membersHere.get(place);
    if (known) return known;
    const owners = [
      object,
      ...typeOf(object)
        .getInterfaces()
        .map((face) => face.name),
    ];
    let members = all;
    for (const subgraph of subgraphs) {
      if (!owners.some((owner) => fieldOf(subgraph.schema, owner, field))) continue;
      const here = subgraph.members.get(type);
      if (here) members = members.filter((member) => here.includes(member));
    }
    membersHere.set(place, members);
    return members;
  }

  function draw(type: GraphQLOutputType, at: string, place: { object: string; field: string }): unknown {
    if (isNonNullType(type)) return drawPresent(type.ofType, at, place);
    return shareOf(`${seed}|null|${at}`) < nulls ? null : drawPresent(type, at, place);
  }

  function drawPresent(
    type: GraphQLOutputType,
    at: string,
    place: { object: string; field: string },
  ): unknown {
    const hash = hashOf(`${seed}|${at}`);
    if (isListType(type)) {
      const length = [0, 1, 2, 2, 3][hash % 5] ?? 1;
      return Array.from({ length }, (_, index) => draw(type.ofType, `${at}[${index}]`, place));
    }
    if (isNonNullType(type)) return drawPresent(type.ofType, at, place);
    if (isEnumType(type) || isAbstractType(type)) {
      const all = isEnumType(type)
        ? type.getValues().map((value) => value.name)
        : supergraph.getPossibleTypes(type).map((object) => object.name);
      const members = membersAt(place.object, place.field, type.name, all);
      const member = members[hash % members.length];
      if (member === undefined)
        throw new Error(`No value of ${type.name} fits ${place.object}.${place.field}`);
      return isEnumType(type) ? member : thing(member, at, hash);
    }
    return isLeafType(type) ? leafValue(type.name, `${seed}|${at}`, spice) : thing(type.name, at, hash);
  }

  const thing = (type: string, at: string, hash: number): WorldObject =>
    keyFields.has(type) ? { type, id: `${type}:${(hash >>> 7) % ENTITIES_PER_TYPE}` } : { type, id: at };

  /** Tells the entity from all others of its type, and an ID from those of all types. */
  function keyValue(object: WorldObject, field: string, type: GraphQLOutputType): unknown {
    const name = String(type).replace('!', '');
    const number = Number(object.id.split(':')[1]);
    if (name === 'Int') return (hashOf(`${seed}|${object.type}.${field}`) % 1000) * 10 + number;
    if (name !== 'String' && name !== 'ID') return undefined;
    const text = leafValue('String', `${seed}|${object.id}.${field}`, spice);
    return `${object.type}-${number}${typeof text === 'string' ? text.slice(0, shareOf(object.id + seed) < spice ? 30 : 0) : ''}`;
  }

  const world: World = {
    resolve(object, field, args, session) {
      const definition = typeOf(object.type).getFields()[field];
      if (definition === undefined) throw new Error(`${object.type} has no field ${field}`);
      const key = keyFields.get(object.type)?.has(field)
        ? keyValue(object, field, definition.type)
        : undefined;
      if (key !== undefined) return key;
      const place = { object: object.type, field };
      const set = requiresOf(object.type, field);
      const required = set === undefined ? '' : `<${exactText(requiredOf(object, set, session))}`;
      const at = `${object.id}.${field}(${canonical(args)})${required}`;
      if (object.type === 'Mutation') {
        const drawn = draw(definition.type, `${at}after${session.log.join()}`, place);
        session.log.push(at);
        return withParent(drawn, object);
      }
      const mustBe = keyFields.get(object.type)?.has(field) || isPromised(object.type, field);
      const drawn = mustBe ? drawPresent(definition.type, at, place) : draw(definition.type, at, place);
      return withParent(drawn, object);
    },
    findEntity(types, key, representation) {
      for (const type of types) {
        for (let number = 0; number < ENTITIES_PER_TYPE; number++) {
          const entity: WorldObject = { type, id: `${type}:${number}` };
          if (matches(entity, key, representation)) return entity;
        }
      }
      return undefined;
    },
    contextArguments(object, field) {
      const args: Record<string, unknown> = {};
      for (const { argument, context, selection } of contexts.get(`${object.type}.${field}`) ?? []) {
        const types = settersOf(context);
        let holder = object.parent;
        while (holder && !types.includes(holder.type)) holder = holder.parent;
        const [selected] = selection.selections;
        if (holder && selected?.kind === Kind.FIELD) {
          args[argument] = world.resolve(holder, selected.name.value, {}, { log: [] });
        }
      }
      return args;
    },
  };

  function requiresOf(type: string, field: string): SelectionSetNode | undefined {
    const owners = [
      type,
      ...typeOf(type)
        .getInterfaces()
        .map((face) => face.name),
    ];
    return owners.map((owner) => requires.get(`${owner}.${field}`)).find((set) => set !== undefined);
  }

  /** The required values in the order of the field set, with the names that tell them apart. */
  function requiredOf(object: WorldObject, set: SelectionSetNode, session: Session): unknown {
    if (object.representation) return readRequired(supergraph, object.representation, set);
    return collectFields(supergraph, set, object.type).map((node) => {
      const definition = typeOf(object.type).getFields()[node.name.value];
      if (definition === undefined) return 'unknown';
      const value = world.resolve(object, node.name.value, getArgumentValues(definition, node), session);
      return [node.name.value, mapItems(value, (item) => requiredItem(item, node, session))];
    });
  }
  const requiredItem = (item: unknown, node: FieldNode, session: Session): unknown =>
    node.selectionSet && isWorldObject(item) ? requiredOf(item, node.selectionSet, session) : item;

  function matches(object: WorldObject, key: SelectionSetNode, value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    return collectFields(supergraph, key, object.type).every((node) => {
      const here = world.resolve(object, node.name.value, {}, { log: [] });
      const sent = (value as Readonly<Record<string, unknown>>)[node.name.value];
      if (node.selectionSet) return isWorldObject(here) && matches(here, node.selectionSet, sent);
      return sent !== undefined && sent !== null && textOf(sent) === textOf(here);
    });
  }

  return world;
}

/** `7` and `"7"` are one ID. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : exactText(value);
}

function fieldOf(
  schema: GraphQLSchema,
  type: string,
  field: string,
): GraphQLField<unknown, unknown> | undefined {
  const definition = schema.getType(type);
  return isObjectType(definition) || isInterfaceType(definition) ? definition.getFields()[field] : undefined;
}

/** Equal arguments give equal texts, whatever order their keys have and however their numbers are spelled. */
function canonical(args: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(parseExact(JSON.stringify(args)), (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !isRawNumber(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
