import cluster from 'node:cluster';
import { createServer } from 'node:http';

// One worker of a server that says which process answered. Usage: worker.ts PORT [reusePort]

const port = Number(process.argv[2]);
const server = createServer((_request, response) => response.end(String(process.pid)));
server.listen({ port, host: '127.0.0.1', reusePort: process.argv[3] === 'reusePort' }, () => {
  process.send?.({ kind: 'listening' });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ kind: 'cpu', cpuUs: user + system });
});
if (!cluster.isWorker) process.on('disconnect', () => process.exit());
