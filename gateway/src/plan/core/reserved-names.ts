import { type DocumentNode, Kind, type SelectionSetNode, visit } from 'graphql';
import type { ReservedNames } from '../source-names.ts';
import {
  compositeDefinitions,
  joinFields,
  joinTypes,
  parseFieldSet,
  textArgument,
} from './join-directives.ts';

/** `wanted`, made longer until no field of the supergraph starts with it. */
function unusedStart(supergraph: DocumentNode, wanted: string): string {
  const names = compositeDefinitions(supergraph).flatMap(
    (type) => type.fields?.map((field) => field.name.value) ?? [],
  );
  let start = wanted;
  while (names.some((name) => name.startsWith(start))) start = `${start}_`;
  return start;
}

/** What the names of baked fields start with. No reserved name of a client does: what follows its prefix starts a field. */
export function bakedPrefixOf(supergraph: DocumentNode, { prefix }: ReservedNames): string {
  return prefix + unusedStart(supergraph, 'rq_');
}

export function reservedNamesOf(supergraph: DocumentNode): ReservedNames {
  const read = new Set<string>();
  const add = (fields: string | undefined) => {
    if (fields !== undefined) addFieldNames(parseFieldSet(fields), read);
  };
  for (const type of compositeDefinitions(supergraph)) {
    for (const join of joinTypes(type)) add(textArgument(join, 'key'));
    for (const join of (type.fields ?? []).flatMap(joinFields)) {
      add(textArgument(join, 'requires'));
      for (const selection of contextSelections(join)) add(selection);
    }
  }
  read.delete('__typename');
  return { prefix: unusedStart(supergraph, '_tr_'), readByPlans: [...read].sort() };
}

function addFieldNames(set: SelectionSetNode, names: Set<string>): void {
  visit(set, {
    Field: ({ name }) => {
      names.add(name.value);
    },
  });
}

/** What `join__field(contextArguments: [{ selection: "{ currency }" }])` selects. */
function contextSelections(join: ReturnType<typeof joinFields>[number]): readonly string[] {
  const contexts = join.arguments?.find((argument) => argument.name.value === 'contextArguments')?.value;
  if (contexts?.kind !== Kind.LIST) return [];
  return contexts.values.flatMap((context) => {
    if (context.kind !== Kind.OBJECT) return [];
    const selection = context.fields.find((field) => field.name.value === 'selection')?.value;
    if (selection?.kind !== Kind.STRING) return [];
    return [selection.value.trim().replace(/^\{([\s\S]*)\}$/, '$1')];
  });
}
