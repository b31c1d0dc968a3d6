import type { RollbackReport } from './canary.ts';

/** Why a release went back or was given up: its canary did harm, a person said so, or what it builds on ended. */
export type EndReport = RollbackReport | ByHandReport | BuildsOnReport;

export interface ByHandReport {
  readonly reason: 'by-hand';
  /** The name of the token. */
  readonly by: string;
  readonly message?: string;
}

export interface BuildsOnReport {
  readonly reason: 'builds-on';
  /** The release that ended. */
  readonly release: number;
}

/** Undefined for what this version does not know: clients and registries may be of different ones. */
export function toEndReport(report: unknown): EndReport | undefined {
  const { reason } = (report ?? {}) as { readonly reason?: unknown };
  const isKnown = KNOWN.has(reason as EndReport['reason']);
  // A registry writes the fields of a reason together with it.
  return isKnown ? (report as EndReport) : undefined;
}

// Private:

const KNOWN: ReadonlySet<EndReport['reason']> = new Set(['harm', 'undecided', 'by-hand', 'builds-on']);
