import type { ScenarioResult } from '../harness/run-scenario.ts';
import { cpuOf, formatNumber } from './figures.ts';
import { labelOf } from './tables.ts';

/** Bars of CPU time for each request, a panel for each scenario, on a linear scale that ends with its dearest gateway. */
export function drawPlot(results: readonly ScenarioResult[]): string {
  const panels: string[] = [];
  let top = MARGIN;
  for (const result of results) {
    panels.push(drawPanel(result, top));
    top += panelHeight(result) + MARGIN;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    '<title>CPU time of the gateway for each client request</title>',
    `<rect width="${WIDTH}" height="${top}" rx="8" fill="#ffffff"/>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

// Private:

const WIDTH = 820;
const MARGIN = 24;
const LABELS = 330;
const ROW = 24;
const BAR = 15;
const HEADING = 28;

function panelHeight({ measured }: ScenarioResult): number {
  return HEADING + measured.length * ROW;
}

function drawPanel({ scenario, measured }: ScenarioResult, top: number): string {
  const longest = Math.max(...measured.map(cpuOf));
  const scale = (WIDTH - LABELS - 2 * MARGIN - 60) / longest;
  const rows = measured.map((row, index) => {
    const y = top + HEADING + index * ROW;
    const width = Math.max(1, cpuOf(row) * scale);
    return [
      `<text x="${LABELS}" y="${y + BAR - 3}" text-anchor="end" fill="#333333">${escapeText(labelOf(row.gateway))}</text>`,
      `<rect x="${LABELS + 10}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${colourOf(row.gateway)}"/>`,
      `<text x="${(LABELS + 16 + width).toFixed(1)}" y="${y + BAR - 3}" fill="#333333">${formatNumber(cpuOf(row))}</text>`,
    ].join('\n');
  });
  const heading = `<text x="${MARGIN}" y="${top + 14}" font-weight="600" fill="#111111">${escapeText(scenario)}: CPU µs a request</text>`;
  return [heading, ...rows].join('\n');
}

function colourOf(gateway: string): string {
  if (gateway.startsWith('ours')) return '#0f766e';
  return gateway.startsWith('floor') ? '#9ca3af' : '#b45309';
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
