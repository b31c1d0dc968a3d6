// In: a result or whatever was thrown. Out: the errors that the client may see, the HTTP status, whole answers.
export { type Answer, errorAnswer, jsonAnswer } from './answer.ts';
export { type ClientErrorOptions, toExecutionErrors, toRequestErrors } from './client-errors.ts';
export { toClientPath } from './client-path.ts';
export { toDegraded } from './degraded.ts';
export { GRAPHQL_JSON, JSON_TYPE, type MediaType, statusOf } from './status.ts';
