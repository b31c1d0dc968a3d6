import type { Finding, Severity } from '../../contract/check.ts';
import type { Report } from '../report.ts';
import { describePlace } from './place.ts';

const MARKS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', notice: 'note' };

/** For people: what was found, each with the place an editor opens, then the one line that says how it ended. */
export function formatText(report: Report): string {
  if (report.document !== undefined) return report.document;
  const findings = report.findings.flatMap((finding) => [...describe(finding, report), '']);
  return `${[...findings, report.summary, ...(report.lines ?? [])].join('\n')}\n`;
}

function describe(finding: Finding, report: Report): readonly string[] {
  const coordinate = finding.coordinate === undefined ? '' : ` ${finding.coordinate}`;
  const { verdict, plans } = finding;
  return [
    `${MARKS[finding.severity]} ${finding.rule}${coordinate}`,
    ...indent(finding.message),
    ...finding.places.map((place) => `    at ${describePlace(place, report)}`),
    ...(verdict === undefined ? [] : [`    ${verdict.kind}: ${verdict.why}`]),
    ...(plans === undefined
      ? []
      : [
          `    before, ${plans.depthBefore} fetches deep:`,
          ...indent(plans.before, 6),
          `    after, ${plans.depthAfter} fetches deep:`,
          ...indent(plans.after, 6),
        ]),
  ];
}

function indent(text: string, spaces = 4): readonly string[] {
  return text.split('\n').map((line) => `${' '.repeat(spaces)}${line}`);
}
