import { readFile } from 'node:fs/promises';
import { TributaryGateway } from '../index.ts';
import { startApolloServer } from './start-apollo-server.ts';

/** A program that ends by itself once the server is stopped, or not at all. SUPERGRAPH is a file. */
const supergraphSdl = await readFile(process.env.SUPERGRAPH ?? '', 'utf8');
const server = await startApolloServer({ gateway: new TributaryGateway({ supergraphSdl }) });
const { data } = await server.ask('{ readers(first: 2) { name balance loans { fine } } }');
await server[Symbol.asyncDispose]();
console.log(JSON.stringify(data));
