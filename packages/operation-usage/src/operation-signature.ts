import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  Kind,
  type ListValueNode,
  type OperationDefinitionNode,
  print,
  separateOperations,
  stripIgnoredCharacters,
  type ValueNode,
  visit,
} from 'graphql';

/** An operation as it may be told to others. */
export interface OperationSignature {
  /** SHA-256 of the text, in hexadecimal. */
  readonly hash: string;
  /** Undefined for an operation without a name. */
  readonly name: string | undefined;
  /** The operation with its fragments, valid where the whole document was, without values and layout. */
  readonly text: string;
  /** The same, parsed, with the values. */
  readonly document: DocumentNode;
}

/**
 * One text for all documents that differ only in layout, in other operations beside this one, and in the values that were
 * written into it: strings become empty, numbers 0, of lists their first item stays. Those could be somebody's address or
 * password. Enum values, booleans, and the names of input fields are the schema's own words and stay.
 */
export function signatureOf(document: DocumentNode, operation: OperationDefinitionNode): OperationSignature {
  const own = onlyOf(document, operation);
  const text = stripIgnoredCharacters(print(visit(own, WITHOUT_VALUES)));
  return {
    hash: createHash('sha256').update(text).digest('hex'),
    name: operation.name?.value,
    text,
    document: own,
  };
}

// Private:

function onlyOf(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length === 1) return document;
  return separateOperations(document)[operation.name?.value ?? ''] ?? document;
}

const WITHOUT_VALUES = {
  IntValue: { leave: (node: ValueNode) => ({ ...node, value: '0' }) },
  FloatValue: { leave: (node: ValueNode) => ({ ...node, value: '0' }) },
  StringValue: { leave: (node: ValueNode) => ({ ...node, value: '', block: false }) },
  ListValue: { leave: (node: ListValueNode) => ({ ...node, values: node.values.slice(0, 1) }) },
};
