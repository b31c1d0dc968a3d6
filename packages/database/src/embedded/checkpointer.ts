// Enough to be worth a checkpoint once nobody waits, and so much that one is due between two statements anyway.
const IDLE_BYTES = 1024 * 1024;
const URGENT_BYTES = 32 * 1024 * 1024;
const IDLE_MS = 1_000;

export interface Checkpointer extends Disposable {
  /** Tell it of every message: how many bytes of SQL and values the client sent. */
  received(bytes: number): void;
}

/**
 * Asks for a checkpoint when enough has been written and the client pauses. A PostgreSQL server has a process for
 * that; PGlite is PostgreSQL's single-user mode, which has none: its write-ahead log would grow until the database is
 * closed (4 MB for each 10,000 rows or so), and all of it is replayed after a kill -9. `checkpoint` resolves to
 * false when it cannot be done now; it is asked again later.
 */
export function createCheckpointer(checkpoint: () => Promise<boolean>): Checkpointer {
  let bytesSince = 0;
  let isRunning = false;
  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    if (await checkpoint()) bytesSince = 0;
    isRunning = false;
  };
  const timer = setTimeout(() => bytesSince >= IDLE_BYTES && run(), IDLE_MS);
  return {
    received(bytes) {
      bytesSince += bytes;
      if (bytesSince >= URGENT_BYTES) void run();
      timer.refresh();
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
