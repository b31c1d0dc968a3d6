import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  getNamedType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql';
import type { Fault } from '../faults.ts';
import { isRawNumber } from '../json-text.ts';
import { shareOf } from '../random.ts';
import type { SubgraphModel } from '../world/read-subgraph.ts';
import type { Session, World } from '../world/world.ts';
import { isWorldObject, mapItems, type WorldObject } from '../world/world-object.ts';
import { forge } from './forge.ts';

/** What a subgraph knows of the federation around it. */
export interface SubgraphSurroundings {
  readonly models: readonly SubgraphModel[];
  /** Interface of the supergraph -> its objects. */
  readonly possibleTypes: ReadonlyMap<string, readonly string[]>;
  readonly world: World;
  readonly session: Session;
  readonly activeLabels: readonly string[];
  readonly faults: readonly Fault[];
  /** What the gateway asked and must not have asked. */
  readonly refusals: Set<string>;
}

export interface SubgraphAnswer {
  readonly result: ExecutionResult;
  /** Objects that are custom scalars' values. */
  readonly opaque: WeakSet<object>;
}

interface Execution extends SubgraphSurroundings {
  readonly model: SubgraphModel;
  readonly opaque: WeakSet<object>;
  readonly forgeries: { readonly path: readonly (string | number)[]; readonly fault: Fault }[];
}

/**
 * Answers as a subgraph would that resolves what is its own and nothing else: it refuses external fields that it does
 * not provide here, fields that another subgraph has taken over, and keys that it does not resolve.
 */
export async function executeSubgraph(
  model: SubgraphModel,
  request: {
    readonly query: string;
    readonly operationName?: string;
    readonly variables?: Record<string, unknown>;
  },
  surroundings: SubgraphSurroundings,
): Promise<SubgraphAnswer> {
  const { document, errors } = prepared(model, request.query);
  const opaque = new WeakSet<object>();
  if (document === undefined) {
    for (const { message } of errors) surroundings.refusals.add(`${model.name}: ${message}`);
    return { result: { errors }, opaque };
  }
  const context: Execution = { ...surroundings, model, opaque, forgeries: [] };
  const result = await execute({
    schema: model.schema,
    document,
    operationName: request.operationName,
    variableValues: request.variables,
    contextValue: context,
    fieldResolver,
    typeResolver: (value: WorldObject) => typeIn(context, value.type),
  });
  for (const { path, fault } of context.forgeries) applyForgery(result.data, path, fault);
  return { result, opaque };
}

const fieldResolver: GraphQLFieldResolver<WorldObject | undefined, Execution> = (
  source,
  args,
  context,
  info,
) => {
  if (info.fieldName === '_entities') return entities(args.representations, context);
  const object = source ?? { type: info.parentType.name, id: info.parentType.name };
  refuseWhatIsNotOurs(object, context, info);
  failIfMeantTo(object, info, context.faults);
  const value = context.world.resolve(object, info.fieldName, args, context.session);
  const provided = context.model.fields.get(`${info.parentType.name}.${info.fieldName}`)?.provides;
  const further = provided ?? innerSelection(object, info.fieldName);
  noteForgeries(object, context, info, value);
  return mapItems(value, (item) => {
    if (isWorldObject(item)) return further ? { ...item, provided: further } : item;
    markOpaque(item, context.opaque);
    return item;
  });
};

/** Throws for the share of objects at which the field fails, in the monolith as in any subgraph. */
export function failIfMeantTo(object: WorldObject, info: GraphQLResolveInfo, faults: readonly Fault[]): void {
  for (const fault of faults) {
    if (fault.kind !== 'field-error' || fault.field !== `${object.type}.${info.fieldName}`) continue;
    if (shareOf(`${fault.field}|${object.id}`) < fault.rate) throw new Error('The field fails here');
  }
}

function refuse(message: string, { refusals }: Execution): Error {
  refusals.add(message);
  return new Error(message);
}

function refuseWhatIsNotOurs(object: WorldObject, context: Execution, info: GraphQLResolveInfo) {
  const { model, models, activeLabels } = context;
  const place = `${info.parentType.name}.${info.fieldName}`;
  const facts = model.fields.get(place);
  if (facts?.external && !isInKey(model, info) && !names(object.provided, info.fieldName)) {
    throw refuse(`${place} is external in ${model.name}`, context);
  }
  if (facts?.override?.label !== undefined && !activeLabels.includes(facts.override.label)) {
    throw refuse(`${place} is not yet resolved by ${model.name}`, context);
  }
  for (const other of models) {
    const override = other.fields.get(place)?.override;
    if (override?.from !== model.name) continue;
    if (override.label === undefined || activeLabels.includes(override.label)) {
      throw refuse(`${place} is resolved by ${other.name}, no longer by ${model.name}`, context);
    }
  }
}

function entities(representations: readonly Record<string, unknown>[], context: Execution): unknown[] {
  const { model, possibleTypes, world, faults } = context;
  return representations.map((representation) => {
    const name = String(representation.__typename);
    const keys = model.keys.get(name) ?? [];
    if (keys.length === 0) return refuse(`${name} has no key in ${model.name}`, context);
    const types = possibleTypes.get(name) ?? [name];
    const found = keys
      .filter((key) => key.resolvable)
      .map((key) => world.findEntity(types, key.fields, representation))
      .find((entity) => entity !== undefined);
    if (found === undefined) {
      // Executors may ask in any order.
      const by = JSON.stringify(representation, ['__typename', ...Object.keys(representation).sort()]);
      return refuse(`${model.name} finds no ${name} by ${by}`, context);
    }
    for (const fault of faults) {
      if (fault.kind !== 'entity' || fault.subgraph !== model.name) continue;
      if (shareOf(`${model.name}|${found.id}`) >= fault.rate) continue;
      return fault.how === 'null' ? null : new Error('The entity fails here');
    }
    return { ...found, representation };
  });
}

function noteForgeries(
  object: WorldObject,
  context: Execution,
  info: GraphQLResolveInfo,
  value: unknown,
): void {
  for (const fault of context.faults) {
    if (
      fault.kind === 'spelling' &&
      fault.spelling === 'ids-as-numbers' &&
      fault.subgraph === context.model.name
    ) {
      if (getNamedType(info.returnType).name === 'ID') context.forgeries.push({ path: pathOf(info), fault });
    }
    if (fault.kind !== 'forgery' || fault.subgraph !== context.model.name || value === null) continue;
    if (fault.field !== `${object.type}.${info.fieldName}`) continue;
    if (shareOf(`${fault.field}|${object.id}`) < fault.rate)
      context.forgeries.push({ path: pathOf(info), fault });
  }
}

function applyForgery(data: unknown, path: readonly (string | number)[], fault: Fault): void {
  let holder = data;
  for (const step of path.slice(0, -1)) holder = (holder as Record<string | number, unknown> | null)?.[step];
  const last = path.at(-1);
  if (typeof holder !== 'object' || holder === null || last === undefined) return;
  const record = holder as Record<string | number, unknown>;
  if (!(last in record)) return;
  const value = record[last];
  const forged =
    fault.kind === 'forgery'
      ? forge(value, fault.forgery)
      : mapItems(value, (item) =>
          typeof item === 'string' && /^[1-9]\d{0,14}$/.test(item) ? Number(item) : item,
        );
  if (forged === undefined) delete record[last];
  else record[last] = forged;
}

function pathOf({ path }: GraphQLResolveInfo): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: typeof path | undefined = path; at; at = at.prev) keys.unshift(at.key);
  return keys;
}

const preparedOperations = new WeakMap<
  SubgraphModel,
  Map<string, { document?: DocumentNode; errors: readonly GraphQLError[] }>
>();

function prepared(model: SubgraphModel, query: string) {
  const known = preparedOperations.get(model) ?? new Map();
  preparedOperations.set(model, known);
  const operation = known.get(query) ?? prepare(model, query);
  known.set(query, operation);
  return operation;
}

function prepare(
  model: SubgraphModel,
  query: string,
): { document?: DocumentNode; errors: readonly GraphQLError[] } {
  const document = parse(query, { noLocation: true });
  const errors = validate(model.schema, document);
  return errors.length > 0 ? { errors } : { document, errors };
}

/** The subgraph's own type of an object: the interface itself where that is an object here. */
function typeIn({ model, possibleTypes }: Execution, type: string): string {
  if (isObjectType(model.schema.getType(type))) return type;
  return [...model.interfaceObjects].find((face) => possibleTypes.get(face)?.includes(type)) ?? type;
}

function isInKey(model: SubgraphModel, { parentType, fieldName }: GraphQLResolveInfo): boolean {
  return model.keys.get(parentType.name)?.some((key) => names(key.fields, fieldName)) === true;
}

/** Whether a field set has the field, for an object of whichever type. */
function names(set: SelectionSetNode | undefined, field: string): boolean {
  return (
    set?.selections.some((node) =>
      node.kind === Kind.FIELD
        ? node.name.value === field
        : node.kind === Kind.INLINE_FRAGMENT && names(node.selectionSet, field),
    ) === true
  );
}

function innerSelection({ provided }: WorldObject, field: string): SelectionSetNode | undefined {
  const node = provided?.selections.find((inner) => inner.kind === Kind.FIELD && inner.name.value === field);
  return node?.kind === Kind.FIELD ? node.selectionSet : undefined;
}

function markOpaque(value: unknown, opaque: WeakSet<object>): void {
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return;
  opaque.add(value);
  for (const inner of Object.values(value)) markOpaque(inner, opaque);
}
