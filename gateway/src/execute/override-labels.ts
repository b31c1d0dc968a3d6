const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

/**
 * Draws for each request which labels of `@override(label:)` are on for it. `percent(n)` carries its own share; the
 * others have theirs from the policy, in percent of the requests.
 */
export function createLabelDraw(
  labels: readonly string[],
  shares: Readonly<Record<string, number>>,
  random: () => number = Math.random,
): () => readonly string[] {
  const known = labels.map((label) => {
    const percent = PERCENT.exec(label)?.[1];
    const configured = Object.hasOwn(shares, label) ? shares[label] : undefined;
    return { label, share: (configured ?? Number(percent ?? 0)) / 100 };
  });
  const always: readonly string[] = [];
  if (known.every(({ share }) => share <= 0)) return () => always;
  return () => known.filter(({ share }) => random() < share).map(({ label }) => label);
}
