import type { IdentityVerifier } from '@tributary/identity';
import { type Subgraph, startSubgraph, type TimeBudget } from '@tributary/subgraph';
import type { Telemetry } from '@tributary/telemetry';
import type { Kysely } from 'kysely';
import type { OrderCommands } from './store/order-commands.ts';
import type { Tables } from './store/tables.ts';
import { defineOrdersSubgraph } from './subgraph.ts';

export interface OrdersServerOptions {
  readonly db: Kysely<Tables>;
  readonly commands: OrderCommands;
  /** Of the gateway's assertions. */
  readonly verifier: IdentityVerifier;
  readonly telemetry: Pick<Telemetry, 'logger' | 'registry'>;
  readonly host: string;
  readonly port: number;
  readonly production: boolean;
  readonly cacheHints?: boolean;
  readonly budget?: TimeBudget;
}

/** Serves the orders subgraph. */
export function startOrdersServer({ db, commands, ...options }: OrdersServerOptions): Promise<Subgraph> {
  return startSubgraph({ ...defineOrdersSubgraph(db, commands), ...options });
}
