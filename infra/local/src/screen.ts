/** Where the runner writes: lines, and below them at most one status line. */
export interface Screen {
  line(text: string): void;
  /** Replaces the status line; undefined removes it. */
  status(text: string | undefined): void;
}

export interface ScreenOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\x1b[2K';
const PLAIN_INTERVAL_MS = 2000;

/** On a terminal the status is redrawn in place; in a file or a pipe it is an ordinary line every two seconds. */
export function createScreen(output: ScreenOutput, now: () => number = Date.now): Screen {
  return output.isTTY === true ? createTerminal(output) : createPlain(output, now);
}

// Private:

function createTerminal(output: ScreenOutput): Screen {
  let current = '';
  return {
    line(text) {
      output.write(current === '' ? `${text}\n` : `${CLEAR_LINE}${text}\n${current}`);
    },
    status(text) {
      // Cut, as a wrapped line could not be cleared again.
      const next = (text ?? '').slice(0, (output.columns ?? 80) - 1);
      if (next === current) return;
      output.write(`${CLEAR_LINE}${next}`);
      current = next;
    },
  };
}

function createPlain(output: ScreenOutput, now: () => number): Screen {
  let lastAt = Number.NEGATIVE_INFINITY;
  let last: string | undefined;
  return {
    line(text) {
      output.write(`${text}\n`);
    },
    status(text) {
      if (text === undefined || text === last || now() - lastAt < PLAIN_INTERVAL_MS) return;
      last = text;
      lastAt = now();
      output.write(`${text}\n`);
    },
  };
}
