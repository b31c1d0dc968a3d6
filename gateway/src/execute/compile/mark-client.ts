import { type FieldNode, type GraphQLSchema, isAbstractType, type OperationDefinitionNode } from 'graphql';
import { Declined } from './declined.ts';
import { type CollectContext, collectFields } from './fetch-text.ts';
import type { ClientField, Place } from './ir.ts';

export interface MarkContext {
  readonly schema: GraphQLSchema;
  readonly fragments: CollectContext['fragments'];
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly sourceNameOf: (field: FieldNode) => string;
}

/** Writes into each place which of its fields the client asked for, in the client's order and under its names. */
export function markClient(root: Place, operation: OperationDefinitionNode, context: MarkContext): void {
  const { schema } = context;
  const collect: CollectContext = {
    fragments: context.fragments,
    conditions: context.conditions,
    satisfies: (typeName, condition) => {
      if (typeName === condition) return true;
      const [object, abstract] = [schema.getType(typeName), schema.getType(condition)];
      // Validation has refused conditions that are not composite types.
      return isAbstractType(abstract) && schema.isSubType(abstract, object as never);
    },
  };

  function visit(place: Place, selectionSets: Parameters<typeof collectFields>[0]): void {
    const client: ClientField[] = [];
    for (const collected of collectFields(selectionSets, place.typeName, collect).values()) {
      const { responseName, fieldName, nodes, selectionSets: below } = collected;
      if (fieldName === '__schema' || fieldName === '__type') throw new Declined('introspection');
      // Fields that merge have one name, one alias and the same arguments: any of the nodes will do.
      const field = place.fields.get(context.sourceNameOf(nodes[0] as FieldNode));
      if (field?.fieldName !== fieldName && fieldName !== '__typename') {
        throw new Declined('a field that no fetch brings');
      }
      client.push({ responseName, fieldName, field });
      if (below.length === 0) continue;
      if (field?.slot === undefined) throw new Declined('an object that the API schema does not have');
      for (const inner of field.slot.places.values()) if (inner.sources.length > 0) visit(inner, below);
    }
    place.client = client;
  }

  visit(root, [operation.selectionSet]);
}
