import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  TypeInfo,
  typeFromAST,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { coordinatesOf } from './coordinates-of.ts';
import { ifAbsent, ifNull } from './input-use.ts';

/** What the values of an operation's variables use, request after request. */
export interface VariableUsage {
  /** What has been found so far; the place is that of its count. */
  readonly coordinates: readonly string[];
  /**
   * Adds one to the count of each coordinate that these values use, however often they do: input fields that are given,
   * null or left out, enum values, arguments whose variable is null or left out. Values themselves are not kept. False
   * when there was more than a request may cost: then everything that the types allow has to be taken for used.
   */
  observe(variables: Readonly<Record<string, unknown>>, counts: number[]): boolean;
  /** Everything that the types of the variables allow. */
  everything(): Iterable<string>;
}

/** Fields and items looked at in one request: some tens of microseconds. */
const MOST_STEPS = 5_000;

/** Undefined where values can make no difference: all variables are scalars that have to be given. */
export function createVariableUsage(
  schema: GraphQLSchema,
  document: DocumentNode,
  maxSteps = MOST_STEPS,
): VariableUsage | undefined {
  const slots = new Slots(maxSteps);
  const types = new Map<string, Observe>();
  const positions = positionsOf(schema, document);
  const variables = definitionsOf(document).flatMap((definition) => {
    const variable = toVariable(schema, definition, { positions, slots, types });
    return variable === undefined ? [] : [variable];
  });
  if (variables.length === 0) return undefined;
  return {
    coordinates: slots.coordinates,
    everything: () => coordinatesOf(schema, document, 'all'),
    observe(values, counts) {
      slots.begin(counts);
      for (const { name, nullable, isNullByDefault, observe } of variables) {
        const value = ownValue(values, name);
        if (value !== undefined && value !== null) observe?.(value);
        else if (value === null || isNullByDefault) slots.markAll(nullable.ifNull);
        else slots.markAll(nullable.ifAbsent);
      }
      return slots.isWithinSteps;
    },
  };
}

// Private:

type Observe = (value: unknown) => void;

interface Variable {
  readonly name: string;
  /** Where it stands and null would be taken. */
  readonly nullable: { readonly ifNull: readonly number[]; readonly ifAbsent: readonly number[] };
  readonly isNullByDefault: boolean;
  readonly observe: Observe | undefined;
}

interface Making {
  readonly positions: ReadonlyMap<string, readonly string[]>;
  readonly slots: Slots;
  /** By the name of an input type: types may contain themselves. */
  readonly types: Map<string, Observe>;
}

function toVariable(
  schema: GraphQLSchema,
  { variable, type: typeNode, defaultValue }: VariableDefinitionNode,
  { positions, slots, types }: Making,
): Variable | undefined {
  const name = variable.name.value;
  const type = typeFromAST(schema, typeNode as Parameters<typeof typeFromAST>[1]);
  if (!isInputType(type)) return undefined;
  const observe = observerOf(type, slots, types);
  const coordinates = isNonNullType(type) ? [] : (positions.get(name) ?? []);
  if (observe === undefined && coordinates.length === 0) return undefined;
  const isNullByDefault = defaultValue?.kind === Kind.NULL;
  const hasDefault = defaultValue !== undefined && !isNullByDefault;
  const nullable = {
    ifNull: coordinates.map((coordinate) => slots.of(ifNull(coordinate))),
    ifAbsent: hasDefault ? [] : coordinates.map((coordinate) => slots.of(ifAbsent(coordinate))),
  };
  return { name, nullable, isNullByDefault, observe };
}

function definitionsOf({ definitions }: DocumentNode): readonly VariableDefinitionNode[] {
  return definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
  );
}

/** Arguments and input fields at which each variable stands, other than inside of lists. */
function positionsOf(schema: GraphQLSchema, document: DocumentNode): ReadonlyMap<string, readonly string[]> {
  const positions = new Map<string, string[]>();
  const info = new TypeInfo(schema);
  const add = (variable: string, coordinate: string) => {
    const known = positions.get(variable);
    if (known === undefined) positions.set(variable, [coordinate]);
    else if (!known.includes(coordinate)) known.push(coordinate);
  };
  visit(
    document,
    visitWithTypeInfo(info, {
      Argument({ name, value }) {
        if (value.kind !== Kind.VARIABLE) return;
        const [parent, field] = [info.getParentType(), info.getFieldDef()];
        if (info.getDirective() || !parent || !field) return;
        add(value.name.value, `${parent.name}.${field.name}(${name.value}:)`);
      },
      ObjectField({ name, value }) {
        const parent = getNamedType(info.getParentInputType());
        if (value.kind === Kind.VARIABLE && parent) add(value.name.value, `${parent.name}.${name.value}`);
      },
    }),
  );
  return positions;
}

/** Undefined for scalars: that something of their type is given says all there is to say. */
function observerOf(type: GraphQLInputType, slots: Slots, types: Map<string, Observe>): Observe | undefined {
  if (isNonNullType(type)) return observerOf(type.ofType, slots, types);
  if (isListType(type)) {
    const item = observerOf(type.ofType, slots, types);
    if (item === undefined) return undefined;
    return (value) => {
      // A single value stands for a list of one.
      if (!Array.isArray(value)) return item(value);
      for (const each of value) {
        if (!slots.step()) return;
        if (each !== null) item(each);
      }
    };
  }
  const known = types.get(type.name);
  if (known !== undefined) return known;
  const observe = namedObserverOf(type, slots, types);
  if (observe !== undefined) types.set(type.name, observe);
  return observe;
}

function namedObserverOf(
  type: GraphQLInputType,
  slots: Slots,
  types: Map<string, Observe>,
): Observe | undefined {
  if (isEnumType(type)) {
    return (value) => {
      if (typeof value === 'string' && type.getValue(value)) slots.mark(slots.of(`${type.name}.${value}`));
    };
  }
  if (!isInputObjectType(type)) return undefined;
  let typeSlot = -1;
  let fields: readonly ObservedField[] | undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null) return;
    if (fields === undefined) {
      // Made when it is first asked: types may contain themselves, and most are never given.
      typeSlot = slots.of(type.name);
      fields = Object.values(type.getFields()).map((field) => {
        const coordinate = `${type.name}.${field.name}`;
        return {
          name: field.name,
          given: slots.of(coordinate),
          whenNull: slots.of(ifNull(coordinate)),
          whenAbsent: slots.of(ifAbsent(coordinate)),
          observe: observerOf(field.type, slots, types),
        };
      });
    }
    slots.mark(typeSlot);
    const given = value as Readonly<Record<string, unknown>>;
    for (const { name, given: slot, whenNull, whenAbsent, observe } of fields) {
      if (!slots.step()) return;
      const item = ownValue(given, name);
      if (item === undefined) {
        slots.mark(whenAbsent);
        continue;
      }
      slots.mark(slot);
      if (item === null) slots.mark(whenNull);
      else observe?.(item);
    }
  };
}

interface ObservedField {
  readonly name: string;
  readonly given: number;
  readonly whenNull: number;
  readonly whenAbsent: number;
  readonly observe: Observe | undefined;
}

/** A place for each coordinate, counted once per request. */
class Slots {
  readonly coordinates: string[] = [];
  readonly #slots = new Map<string, number>();
  /** The request in which each was last counted. */
  readonly #countedIn: number[] = [];
  readonly #maxSteps: number;
  #request = 0;
  #steps = 0;
  #counts: number[] = [];

  constructor(maxSteps: number) {
    this.#maxSteps = maxSteps;
  }

  get isWithinSteps(): boolean {
    return this.#steps <= this.#maxSteps;
  }

  begin(counts: number[]): void {
    this.#request++;
    this.#steps = 0;
    this.#counts = counts;
  }

  step(): boolean {
    return ++this.#steps <= this.#maxSteps;
  }

  of(coordinate: string): number {
    let slot = this.#slots.get(coordinate);
    if (slot === undefined) {
      slot = this.coordinates.push(coordinate) - 1;
      this.#slots.set(coordinate, slot);
      this.#countedIn.push(0);
    }
    return slot;
  }

  mark(slot: number): void {
    if (this.#countedIn[slot] === this.#request) return;
    this.#countedIn[slot] = this.#request;
    const counts = this.#counts;
    while (counts.length <= slot) counts.push(0);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }

  markAll(slots: readonly number[]): void {
    for (const slot of slots) this.mark(slot);
  }
}

/** A variable may be called `constructor`. */
function ownValue(map: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
