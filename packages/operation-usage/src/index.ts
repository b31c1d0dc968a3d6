/**
 * What of a schema an operation uses: what its text says, and what the values of its variables bring.
 *
 * In: an API schema, a document that is valid on it, variables. Out: coordinates, and a text of the operation without any
 * value that somebody wrote into it.
 */
export { coordinatesOf, type VariableValues } from './coordinates-of.ts';
export { ifAbsent, ifNull, ifNullable } from './input-use.ts';
export { type OperationSignature, signatureOf } from './operation-signature.ts';
export { createVariableUsage, type VariableUsage } from './variable-usage.ts';
