import type { CanaryStatus, HoldReason } from '../../contract/canary.ts';

/** How a canary is doing, in a line. */
export function canaryText({ seconds, hold, undecided, nextShare, canary, live }: CanaryStatus): string {
  const arm = ({ requests, bad }: CanaryStatus['live']) => `${bad} of ${requests} requests failed`;
  const next =
    hold === null
      ? `${nextShare} % is next`
      : `${undecided ? 'somebody has to decide' : 'held'}: ${HOLDS[hold]}`;
  return `for ${seconds} s: ${arm(canary)}, live ${arm(live)}; ${next}`;
}

// Private:

const HOLDS: Readonly<Record<HoldReason, string>> = {
  'not-long-enough': 'its least time at this share is not over',
  suspicion: 'something speaks against it, not yet surely',
  'too-little-data': 'too few requests to show that it does no harm',
  'nothing-reported': 'no gateway has reported a request',
};
