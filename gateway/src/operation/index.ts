// In: the text of a document, an operation name, variables. Out: one validated operation, or every reason against it.
export {
  createDocuments,
  type Documents,
  type PreparedDocument,
  type PreparedOperation,
} from './documents.ts';
export { OperationRefused } from './operation-refused.ts';
export { OperationShapes, type Shared, toExecuted } from './operation-shapes.ts';
export { assertRunnable, assertVariables, resolveOperation } from './resolve-operation.ts';
export { createVariablesCheck, type VariablesCheck } from './variable-check.ts';
