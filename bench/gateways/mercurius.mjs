import { readFile } from 'node:fs/promises';
import mercuriusGateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';

/** @mercuriusjs/gateway on fastify with its just-in-time compiler on. It speaks federation 1, so it gets schemas of its own. */
const services = JSON.parse(await readFile(process.env.SERVICES, 'utf8'));
const app = Fastify();
await app.register(mercuriusGateway, {
  jit: 1,
  gateway: {
    services: services.map((service) => ({
      ...service,
      rewriteHeaders: (headers) => ({ authorization: headers.authorization }),
      connections: 128,
    })),
  },
});
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ url: `http://127.0.0.1:${app.server.address().port}/graphql` }));
