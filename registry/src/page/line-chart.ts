import { percentText } from './format.ts';
import { type Html, html } from './html.ts';

export interface Series {
  /** A class of the style sheet: `live` or `canary`. */
  readonly kind: 'live' | 'canary';
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Point {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** From 0 to 1; null for a time without requests, where the line has a gap. */
  readonly value: number | null;
}

export interface Mark {
  readonly at: number;
  readonly label: string;
}

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 52;
const RIGHT = 12;
const TOP = 24;
const BOTTOM = 24;

/** Shares over time as lines, with vertical marks; a drawing that needs no script and takes its colours from the style sheet. */
export function lineChart(
  title: string,
  { series, marks }: { readonly series: readonly Series[]; readonly marks: readonly Mark[] },
): Html {
  const points = series.flatMap((line) => line.points);
  if (points.length === 0) return html`<p class="quiet">No gateway has reported any request yet.</p>`;
  const begin = Math.min(...points.map(({ at }) => at), ...marks.map(({ at }) => at));
  const end = Math.max(...points.map(({ at }) => at), begin + 1_000);
  const most = niceMost(Math.max(...points.map(({ value }) => value ?? 0)));
  const x = (at: number) => LEFT + ((at - begin) / (end - begin)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
  const levels = [0, 0.5, 1].map((part) => part * most);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<title>${title}</title>
${levels.map(
  (level) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(level)}" y2="${y(level)}"/>
<text class="axis end" x="${LEFT - 8}" y="${y(level) + 4}">${percentText(level)}</text>`,
)}
${marks.map(
  ({ at, label }) => html`<line class="mark" x1="${x(at)}" x2="${x(at)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>
<text class="axis" x="${x(at) + 4}" y="${TOP - 8}">${label}</text>`,
)}
<text class="axis" x="${LEFT}" y="${HEIGHT - 6}">${clock(begin)}</text>
<text class="axis end" x="${WIDTH - RIGHT}" y="${HEIGHT - 6}">${clock(end)} UTC</text>
${series.map(
  ({ kind, name, points: line }) =>
    html`<path class="line ${kind}" d="${pathOf(line, x, y)}"><title>${name}</title></path>`,
)}
</svg>
<p class="legend">${series.map(({ kind, name }) => html`<span class="${kind}">${name}</span>`)}</p>`;
}

// Private:

function pathOf(points: readonly Point[], x: (at: number) => number, y: (value: number) => number): string {
  let isOn = false;
  let path = '';
  for (const { at, value } of points) {
    if (value !== null) {
      const place = `${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      // A point between two gaps would be a line of no length: round ends make it a dot.
      path += isOn ? `L${place}` : `M${place}L${place}`;
    }
    isOn = value !== null;
  }
  return path;
}

/** 1, 2 or 5 of some power of ten, above the largest value; nothing below one in a hundred. */
function niceMost(value: number): number {
  const least = Math.max(value * 1.1, 0.01);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((candidate) => candidate * power >= least) ?? 10;
  return Math.min(1, step * power);
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
