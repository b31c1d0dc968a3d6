import { testTelemetry } from '@tributary/telemetry/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLibrary, startTestGateway } from '../testing/index.ts';
import { createUsage } from './index.ts';
import { type ReportSink, startReportSink } from './testing/report-sink.ts';

let supergraphSdl: string;
let sink: ReportSink;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  ({ supergraphSdl } = stack.use(await startLibrary()));
});
beforeEach(async () => {
  sink = stack.use(await startReportSink());
});
afterAll(() => stack.disposeAsync());

async function start() {
  const { logger, registry } = testTelemetry('gateway');
  const options = {
    url: sink.url,
    token: 'trb_x',
    environment: 'dev',
    intervalMs: 3_600_000,
    logger,
    registry,
  };
  const usage = createUsage(options);
  const gateway = await startTestGateway({ supergraphSdl, usage });
  const end = async () => {
    await gateway[Symbol.asyncDispose]();
    await usage[Symbol.asyncDispose]();
  };
  return { gateway, end };
}

const IOS = { 'apollographql-client-name': 'ios', 'apollographql-client-version': '3.1' };

describe('a gateway that reports usage', () => {
  it('tells at its end what each client asked for, and none of the values', async () => {
    const { gateway, end } = await start();
    const secret = 'correct horse battery';
    await gateway.query('query Shelf { viewer { name loans { title } } }', { headers: IOS });
    await gateway.query('query Echo($text: String!) { echo(text: $text) }', { variables: { text: secret } });
    await gateway.query(`query Echo { echo(text: "${secret}") }`);
    await gateway.query('query Readers($first: Int) { readers(first: $first) { id } }', {
      variables: { first: null },
      headers: IOS,
    });
    await end();
    const [{ report, path } = { report: undefined, path: '' }, ...more] = sink.received;
    expect([path, more]).toEqual(['/v1/environments/dev/usage', []]);
    const told = report?.operations.map(({ name, document, clients }) => ({ name, document, clients }));
    expect(told).toContainEqual({
      name: 'Shelf',
      document: 'query Shelf{viewer{name loans{title}}}',
      clients: [{ name: 'ios', version: '3.1', requests: 1, values: [] }],
    });
    const place = report?.coordinates.indexOf('Query.readers(first:)=null');
    expect(told?.find(({ name }) => name === 'Readers')?.clients[0]?.values).toEqual([[place, 1]]);
    expect(JSON.stringify(report)).not.toContain('horse');
  });

  it('counts no request that was refused', async () => {
    const { gateway, end } = await start();
    await gateway.query('{ nothing }');
    await gateway.query('{');
    await gateway.query('query ($text: String!) { echo(text: $text) }', { variables: {} });
    await end();
    expect(sink.received).toEqual([]);
  });

  it('counts an operation that failed: its client did ask', async () => {
    const { gateway, end } = await start();
    await gateway.query('{ broken }');
    await end();
    expect(sink.received[0]?.report.operations[0]?.document).toBe('{broken}');
  });

  it('counts each operation of a batch, and goes on over a swap of the supergraph', async () => {
    const { gateway, end } = await start();
    const body = JSON.stringify([{ query: '{ loanCount }' }, { query: '{ viewer { id } }' }]);
    const headers = { 'content-type': 'application/json', ...IOS };
    await fetch(gateway.endpoint, { method: 'POST', headers, body });
    await gateway.changeSupergraph(`${supergraphSdl}\n# another`);
    await gateway.query('{ loanCount }', { headers: IOS });
    await end();
    const counted = sink.received[0]?.report.operations.map(({ document, clients }) => [
      document,
      clients.reduce((sum, { requests }) => sum + requests, 0),
    ]);
    expect(counted).toEqual([
      ['{loanCount}', 2],
      ['{viewer{id}}', 1],
    ]);
  });

  it('answers as ever while the registry is slow or away', async () => {
    sink.answer = () => {};
    const { gateway, end } = await start();
    expect(await gateway.query('{ loanCount }')).toMatchObject({ status: 200 });
    await end();
  });
});
