interface Step {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/** What each process is busy with until it is ready, as one line. */
export interface Progress {
  report(name: string, step: Step): void;
  ready(name: string): void;
  /** `users ready · orders seeding orders 5,000 of 20,000 · loyalty starting`; undefined once all are ready. */
  describe(): string | undefined;
}

export function createProgress(names: readonly string[]): Progress {
  const states = new Map<string, Step | 'starting' | 'ready'>(names.map((name) => [name, 'starting']));
  return {
    report(name, step) {
      if (states.get(name) !== 'ready') states.set(name, step);
    },
    ready(name) {
      states.set(name, 'ready');
    },
    describe() {
      const entries = [...states];
      if (entries.every(([, state]) => state === 'ready')) return undefined;
      return entries.map(([name, state]) => `${name} ${describeState(state)}`).join(' · ');
    },
  };
}

// Private:

const count = new Intl.NumberFormat('en');

function describeState(state: Step | 'starting' | 'ready'): string {
  if (typeof state === 'string') return state;
  return `${state.step} ${count.format(state.done)} of ${count.format(state.total)}`;
}
