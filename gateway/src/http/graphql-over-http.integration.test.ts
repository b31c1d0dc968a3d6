import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLibrary, startTestGateway, type TestGateway } from '../testing/index.ts';

const stack = new AsyncDisposableStack();
let gateway: TestGateway;

beforeAll(async () => {
  const { supergraphSdl } = stack.use(await startLibrary());
  gateway = stack.use(await startTestGateway({ supergraphSdl }));
});
afterAll(() => stack.disposeAsync());

describe('the GraphQL over HTTP audit of graphql-http', () => {
  const audits = serverAudits({ url: () => gateway.endpoint });

  it('has 61 points', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s %s',
    async (_id, _name, audit) => {
      const result = await audit.fn();
      expect(result).toMatchObject({ status: 'ok' });
    },
  );
});
