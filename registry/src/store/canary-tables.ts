import type { ColumnType, Generated } from 'kysely';
import type { CanaryStatus } from '../contract/canary.ts';
import type { Watch } from '../domain/canary/watch.ts';

export interface CanaryTables {
  readonly canary_watch: CanaryWatchTable;
  readonly canary_step: CanaryStepTable;
  readonly past_check: PastCheckTable;
}

export interface CanaryWatchTable {
  readonly environment: string;
  readonly release: number;
  readonly looked_at: Date;
  readonly watch: ColumnType<Watch | null, string, string | null>;
  readonly status: ColumnType<CanaryStatus, string, string>;
}

export interface CanaryStepTable {
  readonly environment: string;
  readonly release: number;
  readonly share: number;
  readonly at: Date;
}

export interface PastCheckTable {
  readonly id: Generated<bigint>;
  readonly environment: string;
  readonly subgraph: string;
  readonly at: Date;
  readonly actor: string;
  readonly passed: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: ColumnType<readonly PastFinding[], string, never>;
}

export interface PastFinding {
  readonly severity: string;
  readonly rule: string;
  readonly message: string;
}
