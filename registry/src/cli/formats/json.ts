import type { Report } from '../report.ts';

/** One object: whether it succeeded, the exit code, the findings, and the registry's answer. */
export function formatJson({ exitCode, summary, findings, source, data }: Report): string {
  const report = { ok: exitCode === 0, exitCode, summary, findings, ...(source && { source }), data };
  return `${JSON.stringify(report, null, 2)}\n`;
}
