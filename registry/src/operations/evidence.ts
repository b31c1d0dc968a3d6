import type { KnownOperation, UsageReport } from '../domain/usage.ts';

/** What clients have sent. */
export interface UsageSource {
  /** Of these coordinates, in the window that is kept. */
  read(environment: string, coordinates: readonly string[]): Promise<UsageReport>;
  /** The operations sent most, at most `limit`. */
  operations(environment: string, limit: number): Promise<readonly KnownOperation[]>;
}

/** What registered apps may send, whether they do or not. */
export interface ManifestSource {
  /** Of all manifests that are not retired. */
  operations(environment: string): Promise<readonly KnownOperation[]>;
}
