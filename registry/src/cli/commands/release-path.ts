import { parseWhole } from '../parse-command.ts';
import { environmentPath } from './subgraph-path.ts';

/** The API's path of a release: of the one that is meant where none is named. */
export function releasePath(environment: string, release: string | undefined): string {
  const name = release === undefined ? 'current' : parseWhole(release, '<release>', 1, 2_147_483_647);
  return `${environmentPath(environment)}/releases/${name}`;
}
