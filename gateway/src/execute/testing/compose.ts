import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { createInProcessPlanner } from '../../plan/in-process-planner.ts';
import type { Planner } from '../../plan/index.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: [
  "@key" "@requires" "@provides" "@external" "@shareable" "@override" "@inaccessible" "@interfaceObject" "@context" "@fromContext"
])`;

/** A planner for subgraphs with these schemas, by name. */
export function compose(subgraphs: Readonly<Record<string, string>>): Planner {
  const services = Object.entries(subgraphs).map(([name, sdl]) => ({
    name,
    url: `http://${name}.test`,
    typeDefs: parse(`${LINK}\n${sdl}`),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(String(errors));
  return createInProcessPlanner(supergraphSdl);
}
