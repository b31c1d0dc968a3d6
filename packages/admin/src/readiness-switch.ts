import type { Readiness } from './readiness.ts';

export interface ReadinessSwitch {
  check(): Promise<Readiness>;
  /** From now on ready while the database answers, until what this returns is disposed: then the process is stopping. */
  begin(database: { ping(): Promise<void> }): Disposable;
}

/** Not ready while starting and while stopping: the admin port is open before the database and after the server. */
export function createReadiness(): ReadinessSwitch {
  let state: 'starting' | 'stopping' | { ping(): Promise<void> } = 'starting';
  return {
    async check() {
      if (typeof state === 'string') return { isReady: false, checks: { server: state } };
      const database = await state.ping().then(
        () => 'ok',
        () => 'unavailable',
      );
      return { isReady: database === 'ok', checks: { server: 'ok', database } };
    },
    begin(database) {
      state = database;
      return {
        [Symbol.dispose]() {
          state = 'stopping';
        },
      };
    },
  };
}
