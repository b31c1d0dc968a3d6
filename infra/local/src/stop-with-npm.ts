const POLL_MS = 1000;

/**
 * npm passes SIGINT and SIGTERM on to its script, but a killed npm cannot. Then the script gets another parent: the
 * same as a SIGTERM. Without npm this does nothing, so that `node infra/local/src/main.ts &` outlives its shell.
 */
export function stopWithNpm(script: NodeJS.Process): void {
  if (script.env.npm_lifecycle_event === undefined) return;
  const parent = script.ppid;
  const timer = setInterval(() => {
    if (script.ppid === parent) return;
    clearInterval(timer);
    script.emit('SIGTERM', 'SIGTERM');
  }, POLL_MS);
  timer.unref();
}
