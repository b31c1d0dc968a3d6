/**
 * Relay cursor connections over keyset pagination. In: a field's `first` and `after`, then the rows. Out: a page to
 * fetch, then the connection to answer.
 */
export { type Connection, type Edge, type PageInfo, toConnection } from './connection.ts';
export {
  type CursorPart,
  type CursorPartTypes,
  type CursorValues,
  decodeCursor,
  encodeCursor,
} from './cursor.ts';
export { type Page, type PageArguments, type PageOptions, parsePage } from './page.ts';
