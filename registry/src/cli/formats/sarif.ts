import { pathToFileURL } from 'node:url';
import type { Finding, Severity } from '../../contract/check.ts';
import type { Report } from '../report.ts';
import { describePlace, fileOf } from './place.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', notice: 'note' };

/** SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/: what code scanning tools read. */
export function formatSarif(report: Report): string {
  const failed = report.exitCode !== 0;
  const rules = [...new Set(report.findings.map(({ rule }) => rule))];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'tributary', rules: rules.map((id) => ({ id })) } },
        invocations: [
          {
            executionSuccessful: !failed || report.findings.length > 0,
            exitCode: report.exitCode,
            toolExecutionNotifications: failed ? [{ level: 'error', message: { text: report.summary } }] : [],
          },
        ],
        results: report.findings.map((finding) => toResult(finding, report, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

// Private:

function toResult(finding: Finding, report: Report, rules: readonly string[]) {
  const here = finding.places.flatMap((place) => {
    const file = fileOf(place, report.source);
    return file === undefined ? [] : [{ place, file }];
  });
  const elsewhere = finding.places
    .filter((place) => fileOf(place, report.source) === undefined)
    .map((place) => `at ${describePlace(place, report)}`);
  const { verdict, plans } = finding;
  const text = [
    finding.message,
    ...(verdict === undefined ? [] : [`${verdict.kind}: ${verdict.why}`]),
    ...elsewhere,
  ].join('\n');
  return {
    ruleId: finding.rule,
    ruleIndex: rules.indexOf(finding.rule),
    level: LEVELS[finding.severity],
    message: { text },
    locations: here.map(({ place, file }) => ({
      physicalLocation: {
        artifactLocation: { uri: toUri(file) },
        region: { startLine: place.line, startColumn: place.column },
      },
      ...(finding.coordinate !== undefined && {
        logicalLocations: [{ fullyQualifiedName: finding.coordinate }],
      }),
    })),
    properties: {
      ...(finding.coordinate !== undefined && { coordinate: finding.coordinate }),
      ...(verdict && { verdict }),
      ...(plans && { plans }),
    },
  };
}

/** Relative paths stay relative to the repository: as URIs they only differ in what has to be escaped. */
function toUri(file: string): string {
  if (file.startsWith('/')) return pathToFileURL(file).href;
  return file.split(/[\\/]/).map(encodeURIComponent).join('/');
}
