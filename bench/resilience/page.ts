import type { Machine } from '../harness/machine.ts';
import type { Section, SectionResult } from './section.ts';

/** The figures as docs/resilience.md shows them. */
export function toFigures(
  { cores, cpu, memoryGb, node, date }: Machine,
  sections: readonly Section[],
  results: readonly SectionResult[],
): string {
  const parts = results.map(({ section, claims, details }) => {
    const title = sections.find(({ name }) => name === section)?.title ?? section;
    const rows = claims.map(
      ({ about, asked, measured, holds }) =>
        `| ${about} | ${asked} | ${measured} | ${holds ? 'yes' : '**no**'} |`,
    );
    return `### ${title}\n\n| | asked | measured | holds |\n|---|---|---|---|\n${rows.join('\n')}\n\n${details}\n`;
  });
  const about = `\`npm run bench:resilience\`, ${date}: ${cores} x ${cpu}, ${memoryGb} GB, Node ${node}; gateway, subgraphs and load on this one machine.`;
  return `${about}\n\n${parts.join('\n')}`;
}
