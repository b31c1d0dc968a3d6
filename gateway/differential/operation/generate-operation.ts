import {
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  parse,
  validate,
} from 'graphql';
import { createRandom, type Random } from '../random.ts';
import { type DrawnVariable, drawArguments, drawCondition } from './draw-arguments.ts';

/** What a client sends. */
export interface ClientOperation {
  readonly source: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Which of the document's operations is meant. */
  readonly operationName?: string;
}

/** Draws a valid operation; undefined where a dozen tries gave none. */
export function generateOperation(schema: GraphQLSchema, seed: string): ClientOperation | undefined {
  for (let attempt = 0; attempt < 12; attempt++) {
    const operation = draw(schema, createRandom(`${seed}/${attempt}`));
    if (validate(schema, parse(operation.source, { noLocation: true })).length === 0) return operation;
  }
  return undefined;
}

interface Drawing {
  readonly schema: GraphQLSchema;
  readonly random: Random;
  readonly variables: DrawnVariable[];
  readonly fragments: Map<string, { readonly on: string; readonly text: string }>;
  /** As Apollo Client asks: `__typename` in each selection but the outermost. */
  readonly typenameEverywhere: boolean;
  readonly mutationFields: ReadonlySet<GraphQLField<unknown, unknown>>;
  fieldsLeft: number;
  abstractLeft: number;
}

/** Response name -> what it stands for, in all selections that are merged into one. */
type Scope = Map<string, { readonly meaning: string; readonly inner: Scope }>;

interface Level {
  readonly depth: number;
  /** About how many objects of the answer are here. */
  readonly items: number;
}

const MAX_ITEMS = 60;

const INTROSPECTION = [
  '__schema { queryType { name } types { name kind } }',
  'about: __type(name: "EA") { name fields { name type { name ofType { name } } } }',
];

function below({ depth, items }: Level, field?: GraphQLField<unknown, unknown>): Level {
  const lists = String(field?.type ?? '').split('[').length - 1;
  return { depth: depth + 1, items: items * 2 ** lists };
}

function draw(schema: GraphQLSchema, random: Random): ClientOperation {
  const mutation = schema.getMutationType();
  const isMutation = mutation != null && random.chance(0.15);
  const root = isMutation ? mutation : schema.getQueryType();
  if (!root) throw new Error('A schema without queries');
  const drawing: Drawing = {
    schema,
    random,
    variables: [],
    fragments: new Map(),
    typenameEverywhere: random.chance(0.15),
    mutationFields: new Set(Object.values(mutation?.getFields() ?? {})),
    fieldsLeft: 6 + random.below(40),
    abstractLeft: 1 + random.below(4),
  };
  const selection = drawSelection(root, drawing, new Map(), { depth: 0, items: 1 });
  const definitions = drawing.variables.map((variable) => variable.definition).join(', ');
  const heading = `${isMutation ? 'mutation' : 'query'} ${random.chance(0.7) ? 'Drawn' : ''}${definitions && `(${definitions})`}`;
  const fragments = [...drawing.fragments].map(([name, { on, text }]) => `fragment ${name} on ${on} ${text}`);
  const shorthand = heading.trim() === 'query' && random.chance(0.5);
  const isNamed = heading.includes('Drawn');
  const others = isNamed && random.chance(0.05) ? ['query Other { __typename }'] : [];
  return {
    source: [`${shorthand ? '' : heading} ${selection}`, ...fragments, ...others].join('\n').trim(),
    variables: Object.fromEntries(
      drawing.variables.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    ),
    ...(others.length > 0 && { operationName: 'Drawn' }),
  };
}

function drawSelection(type: GraphQLNamedOutputType, drawing: Drawing, scope: Scope, level: Level): string {
  const { random } = drawing;
  const parts: string[] = [];
  const isRoot = level.depth === 0;
  for (let count = 1 + random.below(isRoot ? 3 : 5); count > 0 && drawing.fieldsLeft > 0; count--) {
    parts.push(drawPart(type, drawing, scope, level));
  }
  const kept = parts.filter((part) => part !== '');
  if (type === drawing.schema.getQueryType() && random.chance(0.02)) kept.push(random.pick(INTROSPECTION));
  const wantsTypename = (drawing.typenameEverywhere && !isRoot) || random.chance(0.1) || kept.length === 0;
  if (wantsTypename)
    kept.splice(drawing.typenameEverywhere ? kept.length : random.below(kept.length + 1), 0, '__typename');
  return `{ ${kept.join(' ')} }`;
}

function drawPart(type: GraphQLNamedOutputType, drawing: Drawing, scope: Scope, level: Level): string {
  const { random, schema } = drawing;
  const fragmentChance = isUnionType(type) ? 0.92 : isInterfaceType(type) ? 0.5 : 0.12;
  if (random.chance(fragmentChance)) {
    const conditions = conditionsFor(type, schema);
    // Abstract conditions in each other make Apollo's planner try out all combinations: few of them are enough here.
    const condition = random.pick(drawing.abstractLeft > 0 ? conditions : conditions.filter(isObjectType));
    if (!isObjectType(condition)) drawing.abstractLeft--;
    const wanted = random.chance(0.1) && condition.name === type.name ? '' : ` on ${condition.name}`;
    const directive = drawCondition(random, drawing.variables);
    const known = [...drawing.fragments].filter(([, { on }]) => conditions.some(({ name }) => name === on));
    const isOnce = type === schema.getMutationType();
    if (known.length > 0 && !isOnce && random.chance(0.15)) return `...${random.pick(known)[0]}${directive}`;
    const inner = drawSelection(condition, drawing, scope, below(level));
    if (wanted === '' || random.chance(0.65)) return `...${wanted}${directive} ${inner}`;
    const name = `F${drawing.fragments.size}`;
    drawing.fragments.set(name, { on: condition.name, text: inner });
    return `...${name}${directive}`;
  }
  if (isUnionType(type) || !('getFields' in type)) return aliased('__typename', drawing, scope);
  const mayGoOn = level.depth < 6 && level.items < MAX_ITEMS;
  const fields = Object.values(type.getFields()).filter((field) => {
    const named = getNamedType(field.type);
    return isLeafType(named) || (mayGoOn && (drawing.abstractLeft > 0 || !isAbstractType(named)));
  });
  if (fields.length === 0 || random.chance(0.04)) return aliased('__typename', drawing, scope);
  return drawField(random.pick(fields), drawing, scope, level);
}

/** Types that an object of this type may be of at the same time. */
function conditionsFor(
  type: GraphQLNamedOutputType,
  schema: GraphQLSchema,
): (GraphQLObjectType | GraphQLNamedOutputType)[] {
  const own = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  const others = Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .filter((abstract) => own.some((object) => schema.isSubType(abstract, object)));
  return [...own, ...own, ...own, ...others];
}

function drawField(
  field: GraphQLField<unknown, unknown>,
  drawing: Drawing,
  scope: Scope,
  level: Level,
): string {
  const { random, variables } = drawing;
  drawing.fieldsLeft--;
  const args = drawArguments(field.args, random, variables);
  const named = getNamedType(field.type);
  if (isAbstractType(named)) drawing.abstractLeft--;
  const meaning = `${field.name}${args}: ${field.type}`;
  // One after the other: the planner refuses to run one of them in two turns.
  const name =
    drawing.mutationFields.has(field) && scope.has(field.name)
      ? `again${scope.size}`
      : responseName(field.name, meaning, drawing, scope);
  const { inner } = scope.get(name) ?? { inner: new Map() };
  const heading = `${name === field.name ? '' : `${name}: `}${field.name}${args}${drawCondition(random, variables)}`;
  return isCompositeType(named)
    ? `${heading} ${drawSelection(named, drawing, inner, below(level, field))}`
    : heading;
}

function aliased(field: string, drawing: Drawing, scope: Scope): string {
  const name = drawing.random.chance(0.7) ? field : responseName(field, field, drawing, scope);
  return name === field ? field : `${name}: ${field}`;
}

/** The field's own name, or an alias: a new one, or a name that other fields of the schema have. */
function responseName(field: string, meaning: string, { random, schema }: Drawing, scope: Scope): string {
  const fits = (name: string) => (scope.get(name)?.meaning ?? meaning) === meaning;
  const take = (name: string) => {
    if (!scope.has(name)) scope.set(name, { meaning, inner: new Map() });
    return name;
  };
  if (random.chance(0.85) && fits(field)) return take(field);
  if (random.chance(0.35)) {
    const type = random.pick(Object.values(schema.getTypeMap()).filter(isObjectType));
    const borrowed = random.pick(Object.keys(type.getFields()));
    if (!borrowed.startsWith('__') && fits(borrowed)) return take(borrowed);
  }
  for (let number = 0; ; number++) {
    const name = `a${number}`;
    if (fits(name) && !(scope.has(name) && random.chance(0.8))) return take(name);
  }
}
