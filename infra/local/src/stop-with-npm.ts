import { readFileSync } from 'node:fs';

const POLL_MS = 1000;

/**
 * npm runs its script in a shell and passes signals on to that shell alone; and a killed npm passes on nothing. When
 * the shell or, where /proc tells, npm is gone, this is the same as a SIGTERM. Without npm it does nothing, so that
 * `node infra/local/src/main.ts &` outlives the shell that it was typed into.
 */
export function stopWithNpm(script: NodeJS.Process): void {
  if (script.env.npm_lifecycle_event === undefined) return;
  const ancestors = () => [script.ppid, parentOf(script.ppid)].join();
  const atStart = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === atStart) return;
    clearInterval(timer);
    script.emit('SIGTERM', 'SIGTERM');
  }, POLL_MS);
  timer.unref();
}

// Private:

/** Linux alone has /proc: elsewhere nobody's parent is known. */
function parentOf(pid: number): string | undefined {
  try {
    return /^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
