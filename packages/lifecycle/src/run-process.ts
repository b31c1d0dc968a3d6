import process from 'node:process';

/** How long a process may take to stop after the signal, in milliseconds, before it is ended anyway. */
const STOP_TIMEOUT_MS = 10_000;

export interface ProcessControl {
  /** As good as the signal, except that a second call means nothing. */
  stop(): void;
  /** Ten seconds unless set. */
  stopTimeoutMs: number;
}

/**
 * Runs a process from start to end. `start` builds it and hands everything with a life-cycle to `stack`; on SIGINT
 * or SIGTERM the stack is disposed in reverse order and the process exits with 0. A second signal, or a disposal of
 * more than the stop may take, ends it at once with 1. A failure of `start` is one clear message on stderr and exit 1;
 * so is an exception that nobody caught, because the state behind it can no longer be trusted.
 */
export async function runProcess(
  name: string,
  start: (stack: AsyncDisposableStack, control: ProcessControl) => Promise<void>,
): Promise<void> {
  const stack = new AsyncDisposableStack();
  let stopping = false;

  const stop = async (code: number) => {
    if (stopping) process.exit(1);
    stopping = true;
    const { stopTimeoutMs } = control;
    const timer = setTimeout(() => fail(name, `did not stop within ${stopTimeoutMs} ms`), stopTimeoutMs);
    try {
      await stack.disposeAsync();
    } catch (error) {
      fail(name, describeFailure(error));
    }
    clearTimeout(timer);
    process.exit(code);
  };

  const control: ProcessControl = {
    stop: () => {
      if (!stopping) void stop(0);
    },
    stopTimeoutMs: STOP_TIMEOUT_MS,
  };

  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  process.on('uncaughtException', (error) => fail(name, error.stack ?? String(error)));
  process.on('unhandledRejection', (reason) =>
    fail(name, reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)),
  );
  stopWithParent(control.stop);

  try {
    await start(stack, control);
  } catch (error) {
    // A signal came first: what was half started fails because its ground is being taken away, and `stop` will exit.
    if (stopping) return;
    console.error(`${name}: ${describeFailure(error)}`);
    await stop(1);
  }
}

/**
 * A process that was spawned with an IPC channel ends with its parent, even when that was killed and could send no
 * signal: the system closes the channel. Without a channel this does nothing.
 */
function stopWithParent(stop: () => void): void {
  if (process.send === undefined) return;
  // Gone already, while this process was still importing: the event has passed, and nothing is built yet.
  if (!process.connected) process.exit(0);
  process.on('disconnect', stop);
  // Listening for the end must not keep an otherwise finished process alive.
  process.channel?.unref();
}

/** What a person can act on, in one line where the error allows it. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') return `port ${port} on ${address} is in use by another process`;
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} on ${address} needs more rights than this process has`;
  return error.message;
}

function fail(name: string, message: string): never {
  console.error(`${name}: ${message}`);
  process.exit(1);
}
