import { TributaryError } from '@tributary/errors';
import { type Kysely, sql } from 'kysely';
import type { UsageAnswer } from '../contract/usage.ts';
import type { CoordinateUsage, KnownOperation, UsageReport } from '../domain/usage.ts';
import { type ClientName, OTHER_CLIENTS, totalsOf, type UsageFigures } from '../domain/usage-totals.ts';
import { requireEnvironment } from '../store/environments.ts';
import type { Tables } from '../store/tables.ts';
import {
  addUsage,
  deleteUsageBefore,
  insertReport,
  readClientsOfDay,
  readOperations,
  readSamples,
  readUses,
} from '../store/usage.ts';
import type { UsageSource } from './evidence.ts';

export interface GatewayUsage extends UsageFigures {
  readonly id: string;
}

/** Counts what gateways report, and tells it in one window of days. */
export interface Usage extends UsageSource {
  /** Once for each id. @throws NOT_REGISTERED, SERVICE_UNAVAILABLE (too many wait: send it again). */
  add(environment: string, report: GatewayUsage): Promise<UsageAnswer>;
}

export interface UsageOptions {
  readonly db: Kysely<Tables>;
  /** How many days count, today included. Older ones are deleted. */
  readonly windowDays?: number;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
}

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 30;
/** A gateway gives up on a report within minutes. */
const REPEATED_WITHIN_MS = 2 * DAY_MS;
const FORGET_EVERY_MS = 3_600_000;

/** One at a time, so that reports never take the connections of publishes; a large one takes a quarter of a second. */
const MOST_WAITING = 30;

/** Clients name themselves, so their names have to be bounded: more of a day are counted as others. */
const MOST_CLIENTS_OF_DAY = 300;
/** Those that came first are kept: plans of later ones are not compared, though their coordinates count. */
const MOST_DOCUMENTS = 10_000;

export function createUsage({ db, windowDays = WINDOW_DAYS, now, onError }: UsageOptions): Usage {
  let forgottenAt = Number.NEGATIVE_INFINITY;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const windowOf = (environment: string) => ({
    environment,
    since: dayOf(now().getTime() - (windowDays - 1) * DAY_MS),
  });

  async function forget(): Promise<void> {
    const at = now().getTime();
    if (at - forgottenAt < FORGET_EVERY_MS) return;
    forgottenAt = at;
    await deleteUsageBefore(db, windowOf('').since, new Date(at - REPEATED_WITHIN_MS)).catch(onError);
  }

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting >= MOST_WAITING) {
      throw new TributaryError('SERVICE_UNAVAILABLE', 'Too many reports of usage at once. Send it again.');
    }
    waiting++;
    const turn = last.then(work).finally(() => waiting--);
    last = turn.catch(() => {});
    return turn;
  }

  async function count(environment: string, report: GatewayUsage): Promise<boolean> {
    const at = now();
    const day = { environment, day: dayOf(at.getTime()) };
    return db.transaction().execute(async (transaction) => {
      // Registries that add to the same rows would wait for each other anyway.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`tributary.registry.usage:${environment}`}, 0))`.execute(
        transaction,
      );
      if (!(await insertReport(transaction, { environment, id: report.id, at }))) return false;
      const totals = totalsOf(report, nameWithin(await readClientsOfDay(transaction, day)));
      await addUsage(transaction, day, totals, MOST_DOCUMENTS);
      return true;
    });
  }

  return {
    async add(environment, report) {
      await requireEnvironment(db, environment);
      const counted = await inTurn(() => count(environment, report));
      await forget();
      return { counted };
    },
    async read(environment, coordinates): Promise<UsageReport> {
      const window = windowOf(environment);
      const [samples, found] = await Promise.all([
        readSamples(db, window),
        readUses(db, window, coordinates),
      ]);
      const uses = new Map<string, CoordinateUsage>();
      for (const { coordinate, requests, ...client } of found) {
        const known = uses.get(coordinate) ?? { count: 0, clients: [] };
        uses.set(coordinate, {
          count: known.count + requests,
          clients: [...known.clients, describeClient(client)],
        });
      }
      return { samples, uses };
    },
    async operations(environment, limit): Promise<readonly KnownOperation[]> {
      const found = await readOperations(db, windowOf(environment), limit);
      return found.map(({ hash, name, body, clients, ...client }) => ({
        id: hash,
        name: name ?? `operation ${hash.slice(0, 12)}`,
        body,
        usedBy: `${describeClient(client)}${clients > 1 ? ` and ${clients - 1} more` : ''}`,
      }));
    },
  };
}

// Private:

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The names under which clients are counted: their own while there is room for them. */
function nameWithin(known: readonly ClientName[]): (client: ClientName) => ClientName {
  const keyOf = ({ client, version }: ClientName) => `${client}\n${version}`;
  const named = new Set(known.map(keyOf));
  return (client) => {
    const key = keyOf(client);
    if (named.has(key)) return client;
    if (named.size >= MOST_CLIENTS_OF_DAY) return OTHER_CLIENTS;
    named.add(key);
    return client;
  };
}

function describeClient({ client, version }: ClientName): string {
  if (client === OTHER_CLIENTS.client) return 'other clients';
  const name = client === '' ? 'clients without a name' : `client ${client}`;
  return version === '' ? name : `${name} ${version}`;
}
