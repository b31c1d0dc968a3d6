import { SERVERS, type ServerName } from './servers.ts';

// One server in a process of its own. Tells its parent the port, then the CPU time used so far whenever it is asked.

const [name, collectorUrl = ''] = process.argv.slice(2);
// The parent takes the name from SERVERS itself.
const port = await SERVERS[name as ServerName](collectorUrl);
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
process.send?.({ port });
