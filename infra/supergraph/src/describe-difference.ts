const MOST_LINES = 12;

/**
 * A hint at what changed between two texts: the first line that differs, then lines that only one of them has.
 * Undefined if they are equal.
 */
export function describeDifference(before: string, after: string): string | undefined {
  if (before === after) return undefined;
  const beforeLines = before.split('\n');
  const afterLines = after.split('\n');
  const first = beforeLines.findIndex((line, index) => line !== afterLines[index]);
  const changes = [
    ...linesOnlyIn(beforeLines, afterLines).map((line) => `- ${line}`),
    ...linesOnlyIn(afterLines, beforeLines).map((line) => `+ ${line}`),
  ];
  const hidden = changes.length - MOST_LINES;
  return [
    `first difference in line ${(first === -1 ? beforeLines.length : first) + 1}`,
    ...changes.slice(0, MOST_LINES).map((line) => `  ${line}`),
    ...(hidden > 0 ? [`  … and ${hidden} more`] : []),
  ].join('\n');
}

// Private:

function linesOnlyIn(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0 && line.trim() !== '';
  });
}
