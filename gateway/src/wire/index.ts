// In: TCP connections. Out: requests of which the head was read, each to be answered once.
export type { HttpExchange, WholeAnswer } from './exchange.ts';
export { type DrainOptions, type HttpServer, type HttpServerOptions, startHttpServer } from './server.ts';
