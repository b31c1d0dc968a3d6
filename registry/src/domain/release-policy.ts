import type { AttestationMode } from './attestation.ts';

/** How releases of all environments go out. */
export interface ReleasePolicy {
  readonly attestation: AttestationMode;
  /** Where a release takes traffic step by step; elsewhere it takes all of it as soon as it is attested. */
  readonly canaryEnvironments: readonly string[];
  /** Shares of traffic in percent, rising, each above 0 and below 100. */
  readonly canarySteps: readonly [number, ...number[]];
  /** A replica that has not attested for so long counts no more. */
  readonly replicaLeaseSeconds: number;
  /** A gateway that has not reported for so long is not waited for. */
  readonly gatewayLeaseSeconds: number;
  /** And for so long it may still serve what it served: it may have lost the registry only. */
  readonly gatewayForgetSeconds: number;
}

export const DEFAULT_RELEASE_POLICY: ReleasePolicy = {
  attestation: 'when-known',
  canaryEnvironments: ['production'],
  canarySteps: [1, 10, 50],
  replicaLeaseSeconds: 15,
  gatewayLeaseSeconds: 15,
  gatewayForgetSeconds: 600,
};
