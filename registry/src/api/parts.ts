import type { NoticeSigner } from '@tributary/supergraph-delivery';
import type { Kysely } from 'kysely';
import type { ReleasePolicy } from '../domain/release-policy.ts';
import type { Composer } from '../operations/composer.ts';
import type { ManifestSource, UsageSource } from '../operations/evidence.ts';
import type { LiveSupergraph } from '../operations/live-supergraph.ts';
import type { Usage } from '../operations/usage.ts';
import type { Tables } from '../store/tables.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';

/** What the routes work with. */
export interface ApiParts {
  readonly db: Kysely<Tables>;
  readonly workers: SchemaWorkers;
  readonly composer: Composer;
  readonly live: LiveSupergraph;
  readonly signer: NoticeSigner;
  readonly policy: ReleasePolicy;
  readonly usage: UsageSource;
  readonly usageReports: Pick<Usage, 'add'>;
  readonly manifests: ManifestSource;
  /** A breaking change passes when at most this share of requests could use what it takes away. */
  readonly tolerableShare: number;
  readonly now: () => Date;
  readonly pageAccess: PageAccess;
}

/** Whether the page asks for a token. */
export const PAGE_ACCESS = ['token', 'open'] as const;
export type PageAccess = (typeof PAGE_ACCESS)[number];
