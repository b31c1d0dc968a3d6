import type { Random } from '../random.ts';
import { type Catalogue, CUSTOM_SCALARS, type FieldShape, INPUT_TYPES } from './catalogue.ts';

export interface FieldDraft {
  readonly shape: FieldShape;
  readonly directives: Set<string>;
}

export interface TypeDraft {
  readonly name: string;
  readonly keyword: 'type' | 'interface';
  readonly directives: Set<string>;
  readonly implemented: Set<string>;
  readonly fields: Map<string, FieldDraft>;
}

/** One subgraph's schema while it is being written. What is named in it gets defined in it too. */
export interface SubgraphDraft {
  readonly name: string;
  readonly types: ReadonlyMap<string, TypeDraft>;
  /** The type, with at least the keys by which this subgraph knows it. */
  type(name: string): TypeDraft;
  /** Adds the field, with all types that it names. Directives are added to those that it has. */
  field(type: string, name: string, shape: FieldShape, directives?: readonly string[]): FieldDraft;
  /** Defines a type that the catalogue does not know. */
  union(name: string, members: readonly string[]): void;
  enum(name: string, values: readonly string[]): void;
  print(): string;
}

export function createDraft(name: string, catalogue: Catalogue, random: Random): SubgraphDraft {
  const types = new Map<string, TypeDraft>();
  const others = new Map<string, string>();

  const addType = (type: string, keyword: TypeDraft['keyword'] = 'type'): TypeDraft => {
    const draft = {
      name: type,
      keyword,
      directives: new Set<string>(),
      implemented: new Set<string>(),
      fields: new Map(),
    };
    types.set(type, draft);
    return draft;
  };

  const addEntity = (type: string): TypeDraft => {
    const draft = addType(type);
    const shape = catalogue.entities.get(type);
    if (shape === undefined) return draft;
    const [first, ...rest] = shape.keys;
    const known = [...(first === undefined || random.chance(0.1) ? [] : [first]), ...random.some(rest, 0.6)];
    const keys = known.length > 0 ? known : [random.pick(shape.keys)];
    for (const key of keys) {
      const resolvable = random.chance(0.93) ? '' : ', resolvable: false';
      draft.directives.add(`@key(fields: "${key}"${resolvable})`);
      for (const [field, fieldShape] of shape.keyFields) {
        if (new RegExp(`\\b${field}\\b`).test(key.replace(/\{.*\}/, ''))) add(type, field, fieldShape);
      }
    }
    return draft;
  };

  const addInterface = (type: string): TypeDraft => {
    const draft = addType(type, 'interface');
    const shape = catalogue.interfaces.get(type);
    if (shape === undefined) return draft;
    const own = [...shape.fields].filter((_, index) => index === 0 || random.chance(0.7));
    for (const [field, fieldShape] of own) add(type, field, fieldShape);
    const members = random.some(shape.members, 0.8);
    for (const member of members.length > 0 ? members : shape.members.slice(0, 1)) {
      const object = ensure(member);
      object?.implemented.add(type);
      for (const [field, fieldShape] of own) add(member, field, fieldShape, ['@shareable']);
    }
    return draft;
  };

  const addUnion = (type: string, all: readonly string[]) => {
    const some = random.some(all, 0.75);
    const members = some.length > 0 ? some : all.slice(0, 1);
    others.set(type, `union ${type} = ${members.join(' | ')}`);
    for (const member of members) ensure(member);
  };

  /** Defines the type if it is not there; the draft if it has fields. */
  function ensure(type: string): TypeDraft | undefined {
    const known = types.get(type);
    if (known || others.has(type)) return known;
    const value = catalogue.values.get(type);
    if (value) {
      const draft = addType(type);
      for (const [field, shape] of value) add(type, field, shape, ['@shareable']);
      return draft;
    }
    const union = catalogue.unions.get(type);
    const values = catalogue.enums.get(type);
    const input = INPUT_TYPES[type];
    if (union) addUnion(type, union);
    else if (values) {
      const some = random.chance(0.7) ? values : random.some(values, 0.6);
      others.set(type, `enum ${type} { ${(some.length > 0 ? some : values).join(' ')} }`);
    } else if (input) {
      others.set(type, input);
      if (type === 'Filter') ensure('Unit');
    } else if ((CUSTOM_SCALARS as readonly string[]).includes(type)) others.set(type, `scalar ${type}`);
    else if (catalogue.interfaces.has(type)) return addInterface(type);
    else if (!BUILT_IN.has(type)) return addEntity(type);
    return undefined;
  }

  function add(
    type: string,
    field: string,
    shape: FieldShape,
    directives: readonly string[] = [],
  ): FieldDraft {
    const draft = ensure(type) ?? addType(type);
    const known = draft.fields.get(field) ?? { shape, directives: new Set<string>() };
    draft.fields.set(field, known);
    for (const directive of directives) known.directives.add(directive);
    for (const [, named = ''] of `: ${shape.type} ${shape.args}`.matchAll(/: \[*(\w+)/g)) ensure(named);
    return known;
  }

  return {
    name,
    types,
    type: (type) => ensure(type) ?? addType(type),
    field: add,
    union: (union, members) => void others.set(union, `union ${union} = ${members.join(' | ')}`),
    enum: (name, values) => void others.set(name, `enum ${name} { ${values.join(' ')} }`),
    print: () =>
      `${HEADER}\n${[...types.values()].map(printType).join('\n')}\n${[...others.values()].join('\n')}\n`,
  };
}

const BUILT_IN = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);

const HEADER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject",
  "@context", "@fromContext"
])`;

function printType({ name, keyword, directives, implemented, fields }: TypeDraft): string {
  const heading = [
    keyword,
    name,
    ...(implemented.size > 0 ? ['implements', [...implemented].join(' & ')] : []),
    ...directives,
  ].join(' ');
  const lines = [...fields].map(([field, { shape, directives: own }]) =>
    `  ${field}${shape.args}: ${shape.type} ${[...own].join(' ')}`.trimEnd(),
  );
  return `${heading} {\n${lines.join('\n')}\n}`;
}
