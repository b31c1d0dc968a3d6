import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type TypeNode,
} from 'graphql';
import {
  type CompositeDefinition,
  compositeDefinitions,
  flagArgument,
  joinFields,
  mapComposites,
  parseFieldSet,
  textArgument,
} from './join-directives.ts';

/** A field of the planner's supergraph that stands for another one with certain arguments. */
export interface BakedField {
  readonly field: string;
  readonly arguments: readonly ArgumentNode[];
}

export interface BakedSupergraph {
  readonly supergraph: DocumentNode;
  /** By the name that the planner knows them by. */
  readonly bakedFields: ReadonlyMap<string, BakedField>;
}

/**
 * `@requires(fields: "price(currency: USD)")` asks for a field under its own name, where a client or another @requires
 * may ask for the same field with other arguments: the planner would put both into one selection, which no subgraph
 * accepts. So each such pair of field and arguments becomes a field of its own in the planner's supergraph, named with
 * `prefix`, beside the original one in the same subgraphs. `unbake` turns what was planned back.
 */
export function bakeRequiredArguments(supergraph: DocumentNode, prefix: string): BakedSupergraph {
  const types = new Map(compositeDefinitions(supergraph).map((type) => [type.name.value, type]));
  const baked = new Map<string, BakedField & { readonly places: Map<string, Set<string>> }>();

  const bakedName = (type: string, graph: string, { name, arguments: args = [] }: FieldNode) => {
    const text = args.map(print).sort().join(',');
    const known = [...baked].find(
      ([, { field, arguments: other }]) => field === name.value && other.map(print).sort().join(',') === text,
    );
    const bakedName = known?.[0] ?? `${prefix}${baked.size}_${name.value}`;
    const places = known?.[1].places ?? new Map<string, Set<string>>();
    baked.set(bakedName, { field: name.value, arguments: args, places });
    for (const place of withImplementations(type, types)) {
      places.set(place, (places.get(place) ?? new Set()).add(graph));
    }
    return bakedName;
  };

  const bakeSelections = (set: SelectionSetNode, type: string, graph: string): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? type;
        return { ...selection, selectionSet: bakeSelections(selection.selectionSet, condition, graph) };
      }
      const definition = types.get(type)?.fields?.find((field) => field.name.value === selection.name.value);
      const inner =
        selection.selectionSet && definition
          ? { selectionSet: bakeSelections(selection.selectionSet, namedType(definition.type), graph) }
          : {};
      if (!selection.arguments?.length) return { ...selection, ...inner };
      const name = { kind: Kind.NAME, value: bakedName(type, graph, selection) } as const;
      return { ...selection, ...inner, name, arguments: [] };
    }),
  });

  const bakeJoin = (join: ConstDirectiveNode, type: string): ConstDirectiveNode => {
    const requires = textArgument(join, 'requires');
    // Nearly all field sets have no arguments, and need not be parsed to know it.
    if (requires === undefined || !requires.includes('(')) return join;
    const set = bakeSelections(parseFieldSet(requires), type, textArgument(join, 'graph') ?? '');
    const value = { kind: Kind.STRING, value: stripIgnoredCharacters(print(set)).slice(1, -1) } as const;
    const args =
      join.arguments?.map((arg) => (arg.name.value === 'requires' ? { ...arg, value } : arg)) ?? [];
    return { ...join, arguments: args };
  };

  const rewritten = mapComposites(supergraph, (type) => bakeRequires(type, bakeJoin));
  const withBaked = mapComposites(rewritten, (type) => {
    const added = [...baked].flatMap(([name, { field, places }]) => {
      const graphs = places.get(type.name.value);
      const original = type.fields?.find((candidate) => candidate.name.value === field);
      return graphs && original ? [bakedDefinition(name, original, graphs)] : [];
    });
    return added.length === 0 ? type : { ...type, fields: [...(type.fields ?? []), ...added] };
  });
  return baked.size === 0
    ? { supergraph, bakedFields: baked }
    : { supergraph: withBaked, bakedFields: baked };
}

function bakeRequires<T extends CompositeDefinition>(
  type: T,
  bakeJoin: (join: ConstDirectiveNode, type: string) => ConstDirectiveNode,
): T {
  const fields = type.fields?.map((field) => {
    const joins = joinFields(field);
    if (joins.length === 0) return field;
    const directives = field.directives?.map((directive) =>
      joins.includes(directive) ? bakeJoin(directive, type.name.value) : directive,
    );
    return directives ? { ...field, directives } : field;
  });
  return fields ? { ...type, fields } : type;
}

/** In the same subgraphs as the original; @external only where a @requires asks for it, as composition demands. */
function bakedDefinition(
  name: string,
  original: FieldDefinitionNode,
  requiredBy: ReadonlySet<string>,
): FieldDefinitionNode {
  const directives = joinFields(original).filter(
    (join) => flagArgument(join, 'external') !== true || requiredBy.has(textArgument(join, 'graph') ?? ''),
  );
  return {
    kind: Kind.FIELD_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    type: original.type,
    directives,
  };
}

/** A field of an interface is a field of all that implement it. */
function withImplementations(
  type: string,
  types: ReadonlyMap<string, CompositeDefinition>,
): readonly string[] {
  const implementing = [...types.values()].filter((other) =>
    other.interfaces?.some((implemented) => implemented.name.value === type),
  );
  return [type, ...implementing.map((other) => other.name.value)];
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
