import { type ChildProcess, fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';

// Starts workers on one port in one of three ways. Usage: primary.ts PORT WAY WORKERS
// Answers `cpu` with the CPU time of itself and its workers, `kill` by killing one worker.

const [port = '', way, count] = process.argv.slice(2);
const exec = new URL('worker.ts', import.meta.url).pathname;
cluster.schedulingPolicy = way === 'cluster, handed round' ? cluster.SCHED_RR : cluster.SCHED_NONE;
cluster.setupPrimary({ exec, args: [port] });
const start = (): ChildProcess =>
  way === 'reusePort' ? fork(exec, [port, 'reusePort']) : cluster.fork().process;
const workers = Array.from({ length: Number(count) }, start);
await Promise.all(workers.map((worker) => once(worker, 'message')));

process.on('message', async (message) => {
  if (message === 'kill') {
    workers.shift()?.kill('SIGKILL');
    return;
  }
  const { user, system } = process.cpuUsage();
  let cpuUs = user + system;
  for (const worker of workers) {
    worker.send('cpu');
    const reply = await messageOf(worker);
    cpuUs += reply.cpuUs;
  }
  process.send?.({ cpuUs });
});
process.on('disconnect', () => {
  for (const worker of workers) worker.kill('SIGKILL');
  process.exit();
});
process.send?.({ kind: 'listening' });

async function messageOf(worker: ChildProcess): Promise<{ readonly cpuUs: number }> {
  for (;;) {
    const [message] = await once(worker, 'message');
    if (message.kind === 'cpu') return message;
  }
}
