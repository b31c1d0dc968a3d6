import type { Readiness } from './readiness.ts';

export interface ReadinessSwitch {
  check(): Promise<Readiness>;
  /**
   * From now on ready while the database answers, until what this returns is disposed: then the process is stopping.
   * @param facts what else operators are told of a process that is ready.
   */
  begin(database: Pinged, facts?: () => Readiness['checks']): Disposable;
}

interface Pinged {
  ping(): Promise<void>;
}

/** Not ready while starting and while stopping: the admin port is open before the database and after the server. */
export function createReadiness(): ReadinessSwitch {
  let state: 'starting' | 'stopping' | { database: Pinged; facts: () => Readiness['checks'] } = 'starting';
  return {
    async check() {
      if (typeof state === 'string') return { isReady: false, checks: { server: state } };
      const facts = state.facts();
      const database = await state.database.ping().then(
        () => 'ok',
        () => 'unavailable',
      );
      return { isReady: database === 'ok', checks: { server: 'ok', database, ...facts } };
    },
    begin(database, facts = () => ({})) {
      state = { database, facts };
      return {
        [Symbol.dispose]() {
          state = 'stopping';
        },
      };
    },
  };
}
