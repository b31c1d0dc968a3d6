import { z } from 'zod';
import { expectedBase, routingUrl } from './names.ts';
import type { Place } from './subgraphs.ts';

export const LINT_LEVELS = ['off', 'warning', 'error'] as const;
export type LintLevel = (typeof LINT_LEVELS)[number];

/** The names of the lint rules: docs/releases.md says what each asks for. */
export const LINT_RULES = [
  'type-name',
  'field-name',
  'enum-value-name',
  'input-name',
  'description',
  'deprecation-reason',
] as const;
export type LintRule = (typeof LINT_RULES)[number];

/** POST /v1/environments/:environment/subgraphs/:subgraph/check */
export const checkBody = z.strictObject({
  sdl: z.string().min(1),
  routingUrl: routingUrl.optional(),
  /** Check against this composition; against what is there now when left out. */
  base: expectedBase.optional(),
  /** Fails operations that need more than this many sequential fetches more than before. */
  maxFetchDepthIncrease: z.number().int().min(0).max(100).optional(),
  /** Whether a breaking change passes of which too little is known. */
  allowInconclusive: z.boolean().default(false),
  lint: z.partialRecord(z.enum(LINT_RULES), z.enum(LINT_LEVELS)).default({}),
});
export type CheckBody = z.input<typeof checkBody>;

export type Severity = 'error' | 'warning' | 'notice';

/** One thing that a check has found. Errors fail it. */
export interface Finding {
  readonly severity: Severity;
  /** `composition/…`, `breaking/…`, `federation/…`, `lint/…` or `plan/…`. */
  readonly rule: string;
  readonly message: string;
  /** https://spec.graphql.org/draft/#sec-Schema-Coordinates */
  readonly coordinate?: string;
  /** In the checked SDL where it is of this subgraph: for what was removed, what it was removed from. */
  readonly places: readonly Place[];
  readonly verdict?: Verdict;
  readonly plans?: PlanChange;
}

/** Whether a breaking change breaks a client that there is, and how sure that is. */
export interface Verdict {
  readonly kind: 'safe' | 'unsafe' | 'inconclusive';
  /** In words, with the numbers. */
  readonly why: string;
  /** Requests that were looked at, and those that used it. */
  readonly samples: number;
  readonly uses: number;
  /** With 95 % confidence the share of requests that use it is below this; only where nothing used it. */
  readonly upperBound?: number;
  /** Clients and apps that use it, `name version` each. */
  readonly usedBy: readonly string[];
}

export interface PlanChange {
  readonly operation: string;
  readonly depthBefore: number;
  readonly depthAfter: number;
  readonly before: string;
  readonly after: string;
}

export interface CheckAnswer {
  readonly passed: boolean;
  readonly environment: string;
  readonly subgraph: string;
  /** Of the checked SDL. */
  readonly revision: string;
  /** What it was checked against, for `expectBase`: a composition's digest, or `none`. */
  readonly base: string;
  /** What it composes to; absent when it does not. */
  readonly composition?: string;
  readonly findings: readonly Finding[];
}
