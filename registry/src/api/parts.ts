import type { Kysely } from 'kysely';
import type { Composer } from '../operations/composer.ts';
import type { LiveSupergraph } from '../operations/live-supergraph.ts';
import type { Tables } from '../store/tables.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';

/** What the routes work with. */
export interface ApiParts {
  readonly db: Kysely<Tables>;
  readonly workers: SchemaWorkers;
  readonly composer: Composer;
  readonly live: LiveSupergraph;
  readonly now: () => Date;
}
