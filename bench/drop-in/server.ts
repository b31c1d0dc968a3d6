import { readFile } from 'node:fs/promises';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { setUps } from './set-ups.ts';

/** Apollo Server in front of SUPERGRAPH, with the gateway that SET_UP names. */
const { SUPERGRAPH = '', SET_UP = '' } = process.env;

const setUp = setUps.find(({ name }) => name === SET_UP);
if (setUp === undefined) throw new Error(`There is no set-up ${SET_UP}`);
const gateway = await setUp.createGateway(await readFile(SUPERGRAPH, 'utf8'));
const server = new ApolloServer<{ authorization?: string | undefined }>({
  gateway,
  includeStacktraceInErrorResponses: false,
});
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
console.log(JSON.stringify({ url }));
