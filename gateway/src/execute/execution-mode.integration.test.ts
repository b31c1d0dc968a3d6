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
