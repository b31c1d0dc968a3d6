import type { ClientOutcome, FaultGroup, FaultRow, LogSign, MetricSign, SpanSign } from './fault-row.ts';

/** The rows as docs/resilience.md shows them, a table for each group. */
export function toPage(groups: readonly FaultGroup[]): string {
  return groups
    .map(
      ({ title, about, rows }) =>
        `### ${title}\n\n${about === undefined ? '' : `${about}\n\n`}${HEAD}\n${rows.map(toRow).join('\n')}\n`,
    )
    .join('\n');
}

// Private:

const HEAD = `| fault | the client gets | within | span | metric | log |
|---|---|---|---|---|---|`;
const NOTHING = '–';

function toRow({ name, client, withinMs, span, metric, log, also }: FaultRow): string {
  const cells = [
    name + (also ? `; ${also.says}` : ''),
    toClientCell(client),
    `${withinMs.toLocaleString('en')} ms`,
    span ? toSpanCell(span) : NOTHING,
    metric ? toMetricCell(metric) : NOTHING,
    log ? toLogCell(log) : NOTHING,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function toClientCell(client: ClientOutcome): string {
  if (client === 'gone') return 'it is gone';
  const { status, data, codes, degraded } = client;
  const seen = { none: 'no data', null: '`data: null`', 'me: null': '`me: null`' };
  const codeList = codes.map((code) => ` \`${code}\``).join(',');
  return `${status}, ${data in seen ? seen[data as keyof typeof seen] : data}${codeList && `;${codeList}`}${degraded ? toDegraded(degraded, codes) : ''}`;
}

/** With the reasons that no error has. */
function toDegraded(degraded: readonly string[], codes: readonly string[]): string {
  const reasons = degraded
    .map((entry) => entry.split(' ')[1] ?? '')
    .filter((reason) => !codes.includes(reason));
  return `, degraded${reasons.map((reason) => ` \`${reason}\``).join(',')}`;
}

function toSpanCell({ service, name, attributes }: SpanSign): string {
  const facts = Object.entries(attributes)
    .filter(([key]) => key !== 'tributary.subgraph')
    .map(([key, value]) => (value instanceof RegExp ? key : `${key}=${value}`));
  return [service, `\`${name}\``, ...facts.map((fact) => `\`${fact}\``)].filter(Boolean).join(' ');
}

function toMetricCell({ process, name, labels }: MetricSign): string {
  const list = Object.entries(labels)
    .filter(([key]) => key !== 'subgraph')
    .map(([key, value]) => `${key}="${value}"`);
  return `${process ? `${process}: ` : ''}\`${name.replace(/_count$/, '')}${list.length > 0 ? `{${list.join(',')}}` : ''}\``;
}

function toLogCell({ process, msg, fields }: LogSign): string {
  const facts = Object.entries(fields)
    .filter(([key, value]) => key !== 'subgraph' && String(value) !== '/./')
    .map(([key, value]) => `${key} ${value instanceof RegExp ? `~ ${value.source}` : value}`);
  return `${process ? `${process}: ` : ''}\`${msg}\`${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}
