import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FloorScript } from '../gateways/floor.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type GatewayInputs, gatewayKinds } from './gateway-kinds.ts';
import type { Origin } from './origin.ts';
import { startRecorder } from './record-fetches.ts';
import { startGatewayProcess } from './running-gateway.ts';
import { composeSupergraph } from './subgraphs.ts';

export interface FloorRecording {
  readonly scenario: Scenario;
  readonly origin: Origin;
  readonly inputs: GatewayInputs;
  readonly folder: string;
  urlOf(subgraph: string): string;
}

/** Has Tributary answer the scenario's first request and writes down what it fetched and sent. Gives the file's path. */
export async function recordFloor({
  scenario,
  origin,
  inputs,
  folder,
  urlOf,
}: FloorRecording): Promise<string> {
  await using recorder = await startRecorder(origin);
  const supergraph = join(folder, 'recorded.graphql');
  await writeFile(supergraph, composeSupergraph(scenario.federation, recorder.urlOf));
  const kind = gatewayKinds.find(({ name }) => name === 'ours-undici');
  const [request] = scenario.requests;
  if (kind === undefined || request === undefined) throw new Error('There is nothing to record');
  await using gateway = await startGatewayProcess(kind, { ...inputs, supergraph });

  const answer = await gateway.ask(request);
  const names = Object.keys(scenario.federation);
  const script: FloorScript = {
    urls: Object.fromEntries(names.map((name) => [name, urlOf(name)])),
    levels: recorder.take(),
    answer,
  };
  const path = join(folder, 'floor.json');
  await writeFile(path, JSON.stringify(script));
  return path;
}
