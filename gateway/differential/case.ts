import type { Fault } from './faults.ts';
import type { SubgraphSource } from './federation/generate-federation.ts';
import type { ClientOperation } from './operation/generate-operation.ts';
import type { WorldOptions } from './world/world.ts';

/** All that one run of the differential test depends on; as JSON, a file under kept/. */
export interface Case {
  readonly subgraphs: readonly SubgraphSource[];
  readonly world: WorldOptions;
  readonly operation: ClientOperation;
  /** Labels of @override that are on. */
  readonly activeLabels: readonly string[];
  readonly faults: readonly Fault[];
}
