import { Lifetime } from '../subgraph/lifetime.ts';

/** Resolves after about that time (the wheel's tick), or when the lifetime ends: ask which. */
export function pause(ms: number, lifetime: Lifetime): Promise<void> {
  return new Promise((resolve) => {
    const timer = new Lifetime(ms, lifetime);
    if (timer.hasEnded) resolve();
    else timer.add({ lifetimeEnded: () => resolve() });
  });
}
