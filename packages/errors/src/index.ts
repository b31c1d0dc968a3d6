export { type CatalogueEntry, ERROR_CATALOGUE, type ErrorCode, isErrorCode } from './catalogue.ts';
export { type FormatErrorOptions, formatError } from './format-error.ts';
export { TributaryError, type TributaryErrorOptions } from './tributary-error.ts';
export { withoutStacks } from './without-stacks.ts';
