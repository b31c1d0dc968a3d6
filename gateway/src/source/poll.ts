import type { TextListener } from './text-source.ts';

export interface PollOptions {
  readonly intervalMs: number;
  /** The text, or undefined when the place itself says that it has not changed. */
  readonly read: (signal: AbortSignal) => Promise<string | undefined>;
  readonly listener: TextListener;
  /** The text that the reader already has. */
  readonly initial: string | undefined;
}

/** Reads again and again, one read at a time, and tells the listener what is new. Stops when disposed. */
export function poll({ intervalMs, read, listener, initial }: PollOptions): AsyncDisposable {
  const abort = new AbortController();
  let current = initial;
  let available = true;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function attempt(): Promise<void> {
    try {
      const text = await read(abort.signal);
      available = true;
      if (text === undefined || text === current || abort.signal.aborted) return;
      current = text;
      await listener.onText(text);
    } catch (error) {
      if (available && !abort.signal.aborted) listener.onUnavailable(error as Error);
      available = false;
    }
  }

  function schedule(): void {
    // Watching must not keep an otherwise finished process alive.
    timer = setTimeout(() => {
      running = attempt().finally(() => {
        if (!abort.signal.aborted) schedule();
      });
    }, intervalMs).unref();
  }

  schedule();
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      abort.abort();
      await running;
    },
  };
}
