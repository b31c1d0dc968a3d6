import type { Finding } from '../../contract/check.ts';
import type { Report } from '../report.ts';
import { describePlace, fileOf } from './place.ts';

/**
 * Workflow commands, which GitHub shows at the lines of a pull request.
 * https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export function formatGithub(report: Report): string {
  const commands = report.findings.map((finding) => toCommand(finding, report));
  // An end without findings is told too, else the job would fail without a word at the pull request.
  if (report.exitCode !== 0 && !report.findings.some(({ severity }) => severity === 'error')) {
    commands.push(
      `::error title=tributary::${escapeData([report.summary, ...(report.lines ?? [])].join('\n'))}`,
    );
  }
  return `${[...commands, report.summary, ...(report.lines ?? [])].join('\n')}\n`;
}

// Private:

function toCommand(finding: Finding, report: Report): string {
  const place = finding.places.find((at) => fileOf(at, report.source) !== undefined);
  const elsewhere = finding.places
    .filter((at) => at !== place)
    .map((at) => `at ${describePlace(at, report)}`);
  const file = place && fileOf(place, report.source);
  const properties = {
    ...(place && file && { file, line: String(place.line), col: String(place.column) }),
    title: finding.coordinate === undefined ? finding.rule : `${finding.rule} ${finding.coordinate}`,
  };
  const pairs = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  const { verdict, plans } = finding;
  const message = [
    finding.message,
    ...(verdict === undefined ? [] : [`${verdict.kind}: ${verdict.why}`]),
    ...(plans === undefined ? [] : ['before:', plans.before, 'after:', plans.after]),
    ...elsewhere,
  ];
  return `::${finding.severity} ${pairs.join(',')}::${escapeData(message.join('\n'))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
