import type { Assessment, Harm } from './assess.ts';

export interface StepSettings {
  /** Shares in percent, ascending; all traffic comes after the last. */
  readonly steps: readonly number[];
  /** No share is left sooner: what comes with the minute, such as a poll, should have come once. */
  readonly leastSeconds: number;
  /** Who holds a share for longer than this is waiting for somebody to decide. */
  readonly holdSeconds: number;
  readonly whenUndecided: WhenUndecided;
}

export const WHEN_UNDECIDED = ['hold', 'step', 'roll-back'] as const;
export type WhenUndecided = (typeof WHEN_UNDECIDED)[number];

export const DEFAULT_STEP_SETTINGS: Omit<StepSettings, 'steps'> = {
  leastSeconds: 60,
  holdSeconds: 86_400,
  whenUndecided: 'hold',
};

export type NextStep =
  | { readonly kind: 'roll-back'; readonly harm: Harm | undefined }
  /** 100 is all of it. */
  | { readonly kind: 'step'; readonly share: number }
  | { readonly kind: 'hold'; readonly because: HoldReason; readonly undecided: boolean };

export type HoldReason = 'not-long-enough' | 'suspicion' | 'too-little-data' | 'nothing-reported';

/** Half of the way to finding harm, as a logarithm: requests as good as the live ones hardly ever get there. */
const SUSPICIOUS = 0.5;

/** What becomes of a canary that has had its share for so many seconds. */
export function nextStep(
  assessment: Assessment,
  secondsAtShare: number,
  { steps, leastSeconds, holdSeconds, whenUndecided }: StepSettings,
): NextStep {
  const [harm] = assessment.harms;
  if (harm !== undefined) return { kind: 'roll-back', harm };
  const because = reasonToHold(assessment, secondsAtShare, leastSeconds);
  const next = { kind: 'step', share: steps.find((step) => step > assessment.share) ?? 100 } as const;
  if (because === undefined) return next;
  const undecided = because !== 'not-long-enough' && secondsAtShare >= holdSeconds;
  if (undecided && whenUndecided === 'step' && because !== 'suspicion') return next;
  if (undecided && whenUndecided === 'roll-back') return { kind: 'roll-back', harm: undefined };
  return { kind: 'hold', because, undecided };
}

// Private:

function reasonToHold(
  { canary, suspicion, confidence }: Assessment,
  secondsAtShare: number,
  leastSeconds: number,
): HoldReason | undefined {
  if (secondsAtShare < leastSeconds) return 'not-long-enough';
  if (canary.requests === 0) return 'nothing-reported';
  if (suspicion >= SUSPICIOUS) return 'suspicion';
  return confidence < 1 ? 'too-little-data' : undefined;
}
