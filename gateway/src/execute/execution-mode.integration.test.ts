import { recordSpans } from '@tributary/telemetry/testing';
import { expect, it } from 'vitest';
import { startLibrary, startTestGateway } from '../testing/index.ts';

const OPERATION = '{ viewer { name balance } }';
const ANSWER = { viewer: { name: 'Reader 1', balance: 12 } };

it('answers the same without compiled code where the policy says so, and follows a change of mind', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({
    supergraphSdl: library.supergraphSdl,
    policy: 'execution: { mode: complete }',
  });
  const explained = async () => {
    const { data, extensions } = await gateway.query(OPERATION, {
      headers: { 'tributary-explain': 'code' },
    });
    expect(data).toEqual(ANSWER);
    return extensions;
  };

  const complete = await explained();
  expect(complete?.queryPlan).toContain('# By the complete executor: compiling is turned off\n');
  expect(complete).not.toHaveProperty('compiledCode');

  await gateway.changePolicy('');
  expect(await explained()).toHaveProperty('compiledCode');

  await gateway.changePolicy('execution: { mode: complete }');
  expect(await explained()).not.toHaveProperty('compiledCode');
});

it('names the line of a mode that there is none of', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({ supergraphSdl: library.supergraphSdl });
  await gateway.changePolicy('execution:\n  mode: fast');
  expect(gateway.logs.lines.at(-1)).toMatchObject({ reason: expect.stringMatching(/^gateway\.yaml:2: /) });
  expect((await gateway.query(OPERATION)).data).toEqual(ANSWER);
});

it('says on the span of a request why no compiled code answered it, and nothing where it did', async () => {
  await using spans = recordSpans();
  await using library = await startLibrary();
  await using gateway = await startTestGateway({ supergraphSdl: library.supergraphSdl });
  const noted = async (operation: string) => {
    spans.reset();
    await gateway.query(operation);
    return spans.named('query').map(({ attributes }) => attributes['tributary.complete_executor']);
  };

  expect(await noted(OPERATION)).toEqual([undefined]);
  expect(await noted('{ __schema { description } }')).toEqual(['introspection']);
  library.subgraphs.readers.behave((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"errors":[],"data":null}');
  });
  expect(await noted(OPERATION)).toEqual(['a fetch failed']);
});
