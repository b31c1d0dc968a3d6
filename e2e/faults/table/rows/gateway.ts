import { readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'undici';
import { expect } from 'vitest';
import { HOME_QUERY } from '../../../src/home.ts';
import { waitUntil } from '../../../src/process.ts';
import type { FaultGroup, LogSign, MetricSign } from '../fault-row.ts';
import { AT_ONCE_MS, fetches, loyalty, loyaltyLost, nothingLost } from '../loyalty.ts';
import { policy } from '../policy.ts';
import { matches, type Stage } from '../stage.ts';

const BUDGET_MS = 300;

const LOST_SPANS: MetricSign = { name: 'trace_spans_total', labels: { outcome: 'lost' } };
const REFUSED: LogSign = { msg: 'refused a bad change, the old state stays', fields: {} };
const UNREADABLE: LogSign = { msg: 'cannot be read now, the last good state stays', fields: {} };

/** Around the gateway: clients, names, files, and where its traces go. */
export const gateway: FaultGroup = {
  title: 'Around the gateway',
  rows: [
    {
      name: 'The client goes away while a subgraph hangs',
      begin: loyalty({ kind: 'hang' }),
      ask: async ({ federation, token }, headers) => {
        await request(`${federation.gateway.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
          body: JSON.stringify({ query: HOME_QUERY }),
          signal: AbortSignal.timeout(BUDGET_MS),
        }).catch(() => {});
        return undefined;
      },
      client: 'gone',
      withinMs: BUDGET_MS + AT_ONCE_MS,
      span: { name: 'fetch loyalty', attributes: { 'error.type': /./ } },
      metric: fetches('aborted'),
      also: {
        says: 'the fetches to loyalty are cancelled: it sees its connections close',
        check: ({ federation: { proxies } }) =>
          waitUntil('loyalty is left alone', () => proxies.loyalty.waiting() === 0, AT_ONCE_MS),
      },
    },
    {
      name: `The client has ${BUDGET_MS} ms left (x-request-timeout-ms), a subgraph hangs`,
      begin: loyalty({ kind: 'hang' }),
      ask: (stage, headers) => stage.home({ ...headers, 'x-request-timeout-ms': String(BUDGET_MS) }),
      client: loyaltyLost('SUBGRAPH_TIMEOUT', /./).client,
      withinMs: BUDGET_MS + AT_ONCE_MS,
      span: { name: 'fetch loyalty', attributes: { 'error.type': 'SUBGRAPH_TIMEOUT' } },
      metric: { name: 'graphql_errors_total', labels: { code: 'SUBGRAPH_TIMEOUT' } },
      also: {
        says: 'loyalty was told what was left',
        check: async ({ federation: { proxies } }) => {
          const told = Number(proxies.loyalty.lastHeaders()['x-request-timeout-ms']);
          expect(told).toBeGreaterThan(0);
          expect(told).toBeLessThanOrEqual(BUDGET_MS);
        },
      },
    },
    {
      name: "A subgraph's name is not found (DNS)",
      begin: (stage) =>
        policy(stage, (text) =>
          text.replace('loyalty:\n', 'loyalty:\n      url: http://loyalty.invalid/graphql\n'),
        ),
      ...loyaltyLost('SUBGRAPH_UNAVAILABLE', /ENOTFOUND|EAI_AGAIN/),
    },
    {
      name: 'A supergraph that does not load takes the place of the good one',
      begin: (stage) => replaced(stage, stage.federation.supergraph, 'type Query { broken', REFUSED),
      ...nothingLost(),
      log: REFUSED,
    },
    {
      name: 'The file of the supergraph is gone',
      begin: (stage) => replaced(stage, stage.federation.supergraph, undefined, UNREADABLE),
      ...nothingLost(),
      log: UNREADABLE,
    },
    {
      name: 'The policy file has a mistake',
      begin: (stage) => replaced(stage, stage.policyFile, 'traffic: { timeoutMs: soon }', REFUSED),
      ...nothingLost(),
      log: REFUSED,
    },
    {
      name: 'The trace collector refuses everything',
      begin: ({ collector }) => {
        collector.behave(400);
        return { [Symbol.dispose]: () => collector.behave(200) };
      },
      client: nothingLost().client,
      withinMs: AT_ONCE_MS,
      also: {
        says: 'its spans are lost, and counted',
        check: (stage) => waitUntil('spans are lost', async () => (await stage.read(LOST_SPANS)) > 0),
      },
      metric: LOST_SPANS,
      log: { msg: 'no trace collector answers: spans are dropped until one does', fields: {} },
    },
  ],
};

// Private:

/** Until the gateway has seen it. Its last good state stays, so putting the old text back is no change. */
async function replaced(
  stage: Stage,
  file: string,
  text: string | undefined,
  sign: LogSign,
): Promise<AsyncDisposable> {
  const old = await readFile(file, 'utf8');
  const logged = stage.listen('gateway');
  if (text === undefined) await rm(file);
  else await writeFile(file, text);
  await waitUntil(`the line "${sign.msg}"`, () => logged().some((line) => matches(line, sign)));
  return { [Symbol.asyncDispose]: () => writeFile(file, old) };
}
