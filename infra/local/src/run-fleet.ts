import { once } from 'node:events';
import type { EventEmitter } from 'node:stream';
import { type Colors, NO_COLORS } from './colors.ts';
import { type ProcessEnd, startFleet } from './fleet.ts';
import { formatLog, parseLogLine } from './log-line.ts';
import type { ProcessPlan } from './process-plans.ts';
import { createProgress } from './progress.ts';
import { waitUntilReady } from './readiness.ts';
import type { Screen } from './screen.ts';
import { listenForStop } from './stop-requests.ts';

export interface RunFleetOptions {
  readonly plans: readonly ProcessPlan[];
  readonly screen: Screen;
  readonly colors?: Colors;
  /** Emits SIGINT and SIGTERM. */
  readonly signals: EventEmitter;
  /** Called once all processes are ready. */
  readonly onReady: (signal: AbortSignal) => Promise<void>;
  /** Called at the second Ctrl-C, after all processes were killed. */
  readonly exitAtOnce: () => void;
}

/**
 * Runs all processes until a signal asks to stop, then resolves with undefined; or until one of them ends by itself,
 * then resolves with what happened. Either way, and also when `onReady` fails, none is left when this settles.
 */
export async function runFleet(options: RunFleetOptions): Promise<ProcessEnd | undefined> {
  const { plans, screen, onReady } = options;
  const progress = createProgress(plans.map((plan) => plan.name));
  const fleet = startFleet(plans, createLinePrinter(options, progress));
  using requests = listenForStop(options.signals, () => {
    fleet.kill();
    options.exitAtOnce();
  });
  const over = new AbortController();

  const becomeReady = async () => {
    screen.status(progress.describe());
    await Promise.all(
      plans.map(async ({ name, readyUrl }) => {
        await waitUntilReady(readyUrl, over.signal);
        progress.ready(name);
        screen.status(progress.describe());
      }),
    );
    await onReady(over.signal);
    // Being ready is not an end: only the other two contestants of the race are.
    return new Promise<never>(() => {});
  };
  const stopRequested = requests.gently.aborted
    ? undefined
    : once(requests.gently, 'abort').then(() => undefined);

  try {
    return await Promise.race([fleet.firstEnd, stopRequested, becomeReady()]);
  } finally {
    over.abort();
    screen.status(undefined);
    if (requests.gently.aborted) screen.line('Stopping. Ctrl-C again ends it at once.');
    await fleet.stop();
  }
}

// Private:

function createLinePrinter(
  { plans, screen, colors = NO_COLORS }: RunFleetOptions,
  progress: ReturnType<typeof createProgress>,
): (name: string, line: string) => void {
  const paints = [colors.cyan, colors.magenta, colors.blue, colors.green];
  const width = Math.max(...plans.map((plan) => plan.name.length));
  const prefixes = new Map(
    plans.map(({ name }, index) => {
      const paint = paints[index % paints.length] ?? colors.dim;
      return [name, paint(`${name.padEnd(width)} |`)];
    }),
  );
  return (name, line) => {
    const record = parseLogLine(line);
    if (record.kind === 'progress') {
      progress.report(name, record);
      screen.status(progress.describe());
      return;
    }
    screen.line(`${prefixes.get(name)} ${record.kind === 'text' ? record.text : formatLog(record, colors)}`);
  };
}
