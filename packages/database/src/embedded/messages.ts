/**
 * What the main thread and the database's worker say to each other. Each client connection has a number;
 * `bytes` is PostgreSQL's wire protocol, cut at message borders towards the server and anywhere towards the client.
 * One MessagePort keeps all of it in order, so a `close` is always handled before the next `open`.
 */
export type ToWorker =
  | { readonly type: 'open'; readonly connection: number }
  | { readonly type: 'bytes'; readonly connection: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'close'; readonly connection: number }
  | { readonly type: 'shutdown' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'bytes'; readonly connection: number; readonly bytes: Uint8Array<ArrayBuffer> };

export interface WorkerOptions {
  /** PostgreSQL's data directory; absent keeps everything in memory. */
  readonly dataDirectory?: string;
  /** Fill the (empty) directory from the prepared dump instead of opening what is there. */
  readonly create: boolean;
}
