import type { ColumnType, Generated } from 'kysely';
import type { Arm } from '../contract/gateways.ts';
import type { Role } from '../domain/access.ts';
import type { ArmFailure } from '../domain/merge-failures.ts';
import type { SlowRequest } from '../domain/merge-slowest.ts';
import type { ReleaseCause, ReleaseState } from '../domain/release.ts';
import type { CanaryTables } from './canary-tables.ts';
import type { UsageTables } from './usage-tables.ts';

/** The tables of migrations/, as Kysely sees them. */
export interface Tables extends UsageTables, CanaryTables {
  readonly environment: EnvironmentTable;
  readonly revision: RevisionTable;
  readonly composition: CompositionTable;
  readonly composition_input: CompositionInputTable;
  readonly release: ReleaseTable;
  readonly release_member: ReleaseMemberTable;
  readonly gateway_lease: GatewayLeaseTable;
  readonly arm_operation: ArmOperationTable;
  readonly arm_bin: ArmBinTable;
  readonly attesting_subgraph: AttestingSubgraphTable;
  readonly attestation: AttestationTable;
  readonly token: TokenTable;
  readonly audit: AuditTable;
}

export interface EnvironmentTable {
  readonly name: string;
  readonly created_at: Date;
  readonly releases: Generated<number>;
  readonly sequence: Generated<bigint>;
  readonly salt: Generated<string>;
}

export interface RevisionTable {
  readonly id: string;
  readonly subgraph: string;
  readonly digest: string;
  readonly sdl: string;
  readonly routing_url: string;
  readonly commit_id: string | null;
  readonly author: string;
  readonly created_at: Date;
}

export interface CompositionTable {
  readonly digest: string;
  readonly supergraph_sdl: string;
  readonly api_sdl: string;
  readonly hints: Json<readonly string[]>;
  readonly created_at: Date;
}

export interface CompositionInputTable {
  readonly digest: string;
  readonly composition: string;
}

export interface ReleaseTable {
  readonly environment: string;
  readonly number: number;
  readonly composition: string;
  readonly state: ReleaseState;
  readonly cause: ReleaseCause;
  readonly subgraph: string | null;
  readonly revision: string | null;
  readonly rollout_notes: string | null;
  readonly rollback_notes: string | null;
  readonly created_at: Date;
  readonly share: Generated<number>;
  readonly state_since: Generated<Date>;
  readonly live_sequence: bigint | null;
  readonly report: ColumnType<unknown, string | null | undefined, string | null>;
}

export interface ReleaseMemberTable {
  readonly environment: string;
  readonly number: number;
  readonly subgraph: string;
  readonly revision: string;
}

export interface GatewayLeaseTable {
  readonly environment: string;
  readonly gateway: string;
  readonly seen_at: Date;
  readonly serves: readonly string[];
  readonly report: bigint;
}

export interface ArmOperationTable {
  readonly environment: string;
  readonly release: number;
  readonly share: number;
  readonly arm: Arm;
  readonly operation: string;
  readonly name: string | null;
  readonly requests: bigint;
  readonly errors: bigint;
  readonly latency: readonly bigint[];
  readonly failures: ColumnType<readonly ArmFailure[], string, string>;
  readonly slowest: ColumnType<readonly SlowRequest[], string, string>;
}

export interface ArmBinTable {
  readonly environment: string;
  readonly release: number;
  readonly arm: Arm;
  readonly at: Date;
  readonly requests: bigint;
  readonly errors: bigint;
}

export interface AttestingSubgraphTable {
  readonly environment: string;
  readonly subgraph: string;
}

export interface AttestationTable {
  readonly environment: string;
  readonly subgraph: string;
  readonly replica: string;
  readonly digest: string;
  readonly seen_at: Date;
}

export interface TokenTable {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly subgraphs: readonly string[] | null;
  readonly environments: readonly string[] | null;
  readonly secret_hash: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly revoked_by: string | null;
  readonly revoked_at: Date | null;
}

export interface AuditTable {
  readonly id: Generated<bigint>;
  readonly at: Date;
  readonly actor: string;
  readonly token: string | null;
  readonly action: string;
  readonly environment: string | null;
  readonly subgraph: string | null;
  readonly digest: string | null;
  readonly detail: Json<Readonly<Record<string, unknown>>>;
}

/** jsonb: goes in as text, comes out parsed. */
type Json<T> = ColumnType<T, string, never>;
