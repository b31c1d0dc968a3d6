/** What one report of a gateway says, as it came: coordinates are named by their place in one list. */
export interface UsageFigures {
  readonly coordinates: readonly string[];
  readonly operations: readonly {
    readonly hash: string;
    readonly name?: string | undefined;
    readonly document?: string | undefined;
    readonly coordinates: readonly number[];
    readonly clients: readonly {
      readonly name: string;
      readonly version: string;
      readonly requests: number;
      readonly values: readonly (readonly [coordinate: number, requests: number])[];
    }[];
  }[];
}

export interface ClientName {
  readonly client: string;
  readonly version: string;
}

export interface ClientTotal extends ClientName {
  readonly requests: number;
}

export interface CoordinateTotal extends ClientTotal {
  readonly coordinate: string;
}

export interface OperationTotal extends ClientTotal {
  readonly hash: string;
}

/** Each list in the order of its keys: those who add to the same rows in the same order do not block each other. */
export interface UsageTotals {
  readonly clients: readonly ClientTotal[];
  readonly coordinates: readonly CoordinateTotal[];
  readonly operations: readonly OperationTotal[];
  readonly documents: readonly {
    readonly hash: string;
    readonly name: string | undefined;
    readonly body: string;
  }[];
}

/** Stands for all clients beyond those that are told apart. */
export const OTHER_CLIENTS: ClientName = { client: '(others)', version: '' };

/**
 * Sums a report up by client. `clientOf` says under which name a client is counted. A request is one operation, so what
 * several operations used adds up; within one, a coordinate counts once.
 */
export function totalsOf(
  { coordinates, operations }: UsageFigures,
  clientOf: (client: ClientName) => ClientName,
): UsageTotals {
  const clients = new Totals<ClientTotal>();
  const used = new Totals<CoordinateTotal>();
  const sent = new Totals<OperationTotal>();
  const documents = new Map<string, UsageTotals['documents'][number]>();
  for (const { hash, name, document, coordinates: always, clients: senders } of operations) {
    const isAlways = new Set(always);
    if (document !== undefined) documents.set(hash, { hash, name, body: document });
    for (const { name: client, version, requests, values } of senders) {
      const as = clientOf({ client, version });
      clients.add([], { ...as, requests });
      if (document !== undefined) sent.add([hash], { ...as, requests, hash });
      for (const place of isAlways) {
        const coordinate = coordinates[place];
        if (coordinate !== undefined) used.add([coordinate], { ...as, requests, coordinate });
      }
      for (const [place, times] of values) {
        const coordinate = coordinates[place];
        if (coordinate === undefined || isAlways.has(place)) continue;
        used.add([coordinate], { ...as, requests: Math.min(times, requests), coordinate });
      }
    }
  }
  return {
    clients: clients.inOrder(),
    coordinates: used.inOrder(),
    operations: sent.inOrder(),
    documents: [...documents.values()].toSorted((a, b) => (a.hash < b.hash ? -1 : 1)),
  };
}

// Private:

/** Sums of requests by a key and a client. */
class Totals<T extends ClientTotal> {
  readonly #byKey = new Map<string, T>();

  add(key: readonly string[], total: T): void {
    // No name has a line break in it.
    const text = [...key, total.client, total.version].join('\n');
    const known = this.#byKey.get(text);
    this.#byKey.set(
      text,
      known === undefined ? total : { ...known, requests: known.requests + total.requests },
    );
  }

  inOrder(): readonly T[] {
    return [...this.#byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
  }
}
