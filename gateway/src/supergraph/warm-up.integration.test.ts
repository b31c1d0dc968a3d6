import { expect, it } from 'vitest';
import { startLibrary, startTestGateway } from '../testing/index.ts';

it('plans what was asked for most before a new supergraph serves, and what is not valid any more not', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({ supergraphSdl: library.supergraphSdl });
  const kept = 'query Kept { viewer { name balance } }';
  await gateway.query(kept);
  await gateway.query('{ loanCount }');

  await gateway.changeSupergraph(library.supergraphSdl.replaceAll('loanCount', 'lentCount'));

  const { engine } = gateway.generations.current;
  expect(engine.mostUsed?.(10)).toEqual([{ source: kept, operationName: 'Kept' }]);
  expect((await gateway.query(kept)).data).toEqual({ viewer: { name: 'Reader 1', balance: 12 } });
});

it('plans nothing ahead where the policy says so', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({
    supergraphSdl: library.supergraphSdl,
    policy: 'planning: { warmUp: 0 }',
  });
  await gateway.query('{ viewer { name } }');
  await gateway.changeSupergraph(`${library.supergraphSdl}\n`);
  expect(gateway.generations.current.engine.mostUsed?.(10)).toEqual([]);
});
