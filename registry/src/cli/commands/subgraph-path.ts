import { environmentName, subgraphName } from '../../contract/names.ts';
import { badInput } from '../parse-command.ts';

/** The API's path of a subgraph; names that could not be one are refused here, before anything is sent. */
export function subgraphPath(environment: string, subgraph: string): string {
  const name = subgraphName.safeParse(subgraph);
  if (!name.success) throw badInput(`${JSON.stringify(subgraph)}: ${name.error.issues[0]?.message}.`);
  return `${environmentPath(environment)}/subgraphs/${subgraph}`;
}

export function environmentPath(environment: string): string {
  const name = environmentName.safeParse(environment);
  if (!name.success) throw badInput(`${JSON.stringify(environment)}: ${name.error.issues[0]?.message}.`);
  return `/v1/environments/${environment}`;
}

/** Enough of a digest to tell it from others. */
export function short(digest: string): string {
  return digest.slice(0, 12);
}
