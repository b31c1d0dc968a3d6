export { type CatalogueEntry, ERROR_CATALOGUE, type ErrorCode, isErrorCode } from './catalogue.ts';
export { type ToGraphQLErrorOptions, toGraphQLError } from './to-graphql-error.ts';
export { TributaryError, type TributaryErrorOptions } from './tributary-error.ts';
export { withoutStacks } from './without-stacks.ts';
