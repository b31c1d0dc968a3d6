// In: an operation and its plan. Out: code that reads the subgraphs' answers into the client's, or the reason why not.
export { type CompiledOperation, type CompileInput, compileOperation } from './compile-operation.ts';
export { Declined } from './declined.ts';
export type { Loss } from './find-losses.ts';
export { formatCode } from './format-code.ts';
export type { SentStep } from './ir.ts';
export type { RequestText } from './request-text.ts';
