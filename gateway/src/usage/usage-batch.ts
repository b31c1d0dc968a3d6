import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { clientOf } from '../http/client-identity.ts';
import { factsOf, type OperationFacts } from './operation-facts.ts';

/** Counts the requests of one client. */
export interface ClientUsage {
  /** One request, whose document and variables have been accepted. */
  count(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): void;
}

/** As registry/src/contract/usage.ts takes it. */
export interface Report {
  readonly id: string;
  readonly coordinates: readonly string[];
  readonly operations: readonly ReportedOperation[];
}

interface ReportedOperation {
  readonly hash: string;
  readonly name?: string;
  readonly document?: string;
  readonly coordinates: readonly number[];
  readonly clients: ReportedClient[];
}

interface ReportedClient {
  readonly name: string;
  readonly version: string;
  readonly requests: number;
  readonly values: readonly (readonly [coordinate: number, requests: number])[];
}

/** What one batch may hold; the registry takes a little more. */
export interface BatchLimits {
  /** Clients as they name themselves. */
  readonly clients: number;
  /** Pairs of a client and an operation. */
  readonly entries: number;
  /** Of the report, about. */
  readonly characters: number;
}

export const BATCH_LIMITS: BatchLimits = { clients: 500, entries: 900, characters: 1_000_000 };

const LONGEST_DOCUMENT = 100_000;
const LONGEST_NAME = 200;
/** Header values that are longer are not told apart: they are cut in any case. */
const LONGEST_HEADER = 256;

/**
 * What clients asked for since the batch began. In the way of a request are three look-ups and a counter, and for input
 * objects a walk over their fields; everything else happens when an operation is new, or when the batch is made a report.
 */
export class UsageBatch {
  readonly #limits: BatchLimits;
  readonly #clients = new Map<string | undefined, Map<string | undefined, Client>>();
  #clientCount = 0;
  #entries = 0;
  #characters = 0;

  constructor(limits: BatchLimits = BATCH_LIMITS) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    const { clients, entries, characters } = this.#limits;
    return this.#clientCount >= clients || this.#entries >= entries || this.#characters >= characters;
  }

  clientOf(headers: IncomingHttpHeaders): ClientUsage {
    const name = headerOf(headers['apollographql-client-name']);
    const version = headerOf(headers['apollographql-client-version']);
    let versions = this.#clients.get(name);
    if (versions === undefined) {
      versions = new Map();
      this.#clients.set(name, versions);
    }
    let client = versions.get(version);
    if (client === undefined) {
      client = new Client(clientOf(headers), (facts) => {
        this.#entries++;
        this.#characters += facts.size;
      });
      versions.set(version, client);
      this.#clientCount++;
    }
    return client;
  }

  /** Undefined when there is nothing to tell. */
  toReport(): Report | undefined {
    const places = new Map<string, number>();
    const placeOf = (coordinate: string): number => {
      const place = places.get(coordinate) ?? places.size;
      places.set(coordinate, place);
      return place;
    };
    const operations = new Map<string, ReportedOperation>();
    for (const versions of this.#clients.values()) {
      for (const { identity, counts } of versions.values()) {
        for (const { facts, ...counted } of counts.values()) {
          if (!facts.asksForData) continue;
          const { hash } = facts;
          const reported = operations.get(hash) ?? toOperation(facts, placeOf);
          operations.set(hash, reported);
          const values = valuesOf(facts, counted).map(
            ([coordinate, requests]) => [placeOf(coordinate), requests] as const,
          );
          reported.clients.push({ ...identity, requests: counted.requests, values });
        }
      }
    }
    if (operations.size === 0) return undefined;
    return { id: randomUUID(), operations: [...operations.values()], coordinates: [...places.keys()] };
  }
}

// Private:

interface Counts {
  readonly facts: OperationFacts;
  requests: number;
  /** Requests whose variables were too much to look at. */
  unseen: number;
  /** By the place of the coordinate in `facts.variables`. */
  readonly values: number[];
}

class Client implements ClientUsage {
  readonly identity: ReturnType<typeof clientOf>;
  readonly counts = new Map<OperationDefinitionNode, Counts>();
  readonly #onEntry: (facts: OperationFacts) => void;

  constructor(identity: ReturnType<typeof clientOf>, onEntry: (facts: OperationFacts) => void) {
    this.identity = identity;
    this.#onEntry = onEntry;
  }

  count(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): void {
    const counts = this.counts.get(operation) ?? this.#begin(schema, document, operation);
    counts.requests++;
    if (counts.facts.variables?.observe(variables, counts.values) === false) counts.unseen++;
  }

  #begin(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Counts {
    const facts = factsOf(schema, document, operation);
    const counts = { facts, requests: 0, unseen: 0, values: [] };
    this.counts.set(operation, counts);
    this.#onEntry(facts);
    return counts;
  }
}

function toOperation(facts: OperationFacts, placeOf: (coordinate: string) => number): ReportedOperation {
  const { hash, name, text, coordinates } = facts;
  return {
    hash,
    ...(name !== undefined && name.length <= LONGEST_NAME && { name }),
    ...(text.length <= LONGEST_DOCUMENT && { document: text }),
    coordinates: coordinates.map(placeOf),
    clients: [],
  };
}

/** What was too much to look at has to be taken for everything that it could have been. */
function valuesOf(
  { variables, coordinates }: OperationFacts,
  { values, unseen }: Pick<Counts, 'values' | 'unseen'>,
): readonly (readonly [coordinate: string, requests: number])[] {
  if (variables === undefined) return [];
  const used = new Map<string, number>();
  values.forEach((requests, place) => {
    const coordinate = variables.coordinates[place];
    if (requests > 0 && coordinate !== undefined) used.set(coordinate, requests);
  });
  if (unseen > 0) {
    for (const coordinate of variables.everything())
      used.set(coordinate, (used.get(coordinate) ?? 0) + unseen);
    for (const coordinate of coordinates) used.delete(coordinate);
  }
  return [...used];
}

function headerOf(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.length > LONGEST_HEADER ? value.slice(0, LONGEST_HEADER) : value;
}
