import type { SubgraphLinks } from '../schema/subgraph-links.ts';
import { type Html, html } from './html.ts';

const SIZE = 420;
const HEIGHT = 300;
const ROOM = 70;
/** Beyond it names would lie over each other: the list under the drawing has them all. */
const MOST_DRAWN = 24;

/** Subgraphs in a circle, and a line between two that have entities in common, the thicker the more. */
export function graphDrawing({ subgraphs, links }: SubgraphLinks): Html {
  if (subgraphs.length === 0) return html`<p class="quiet">Nothing is live here yet.</p>`;
  const drawn = subgraphs.slice(0, MOST_DRAWN);
  const places = new Map(drawn.map(({ name }, index) => [name, placeOf(index, drawn.length)]));
  const title = `${subgraphs.length} subgraphs and the entities that they share`;
  return html`<svg class="graph" viewBox="0 0 ${SIZE} ${HEIGHT}" role="img" aria-label="${title}">
<title>${title}</title>
${links.map(({ between: [one, other], types }) => {
  const from = places.get(one);
  const to = places.get(other);
  if (from === undefined || to === undefined) return null;
  return html`<line class="link" x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke-width="${Math.min(6, 1 + types.length)}"><title>${one} – ${other}: ${types.join(', ')}</title></line>
<text class="axis middle halo" x="${(from.x + to.x) / 2}" y="${(from.y + to.y) / 2 + 4}">${summary(types)}</text>`;
})}
${drawn.map(({ name, types }) => {
  const { x, y } = places.get(name) ?? { x: 0, y: 0 };
  return html`<g><circle class="node" cx="${x}" cy="${y}" r="${drawn.length > 12 ? 10 : 16}"><title>${name}: ${types} types</title></circle>
<text class="name middle halo" x="${x}" y="${y + (y < HEIGHT / 2 ? -24 : 34)}">${name}</text></g>`;
})}
</svg>${subgraphs.length > MOST_DRAWN && html`<p class="quiet">The first ${MOST_DRAWN} of ${subgraphs.length} are drawn.</p>`}`;
}

// Private:

function placeOf(index: number, all: number): { readonly x: number; readonly y: number } {
  if (all === 1) return { x: SIZE / 2, y: HEIGHT / 2 };
  const angle = (2 * Math.PI * index) / all - Math.PI / 2;
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    x: round(SIZE / 2 + (SIZE / 2 - ROOM) * Math.cos(angle)),
    y: round(HEIGHT / 2 + (HEIGHT / 2 - ROOM / 1.4) * Math.sin(angle)),
  };
}

function summary(types: readonly string[]): string {
  const [first = '', second] = types;
  if (second === undefined) return first;
  return types.length === 2 ? `${first}, ${second}` : `${first} and ${types.length - 1} more`;
}
