import { recordSpans } from '@tributary/telemetry/testing';
import { expect, it } from 'vitest';
import { startLibrary, startTestGateway } from '../testing/index.ts';

const greet = (number: number) => `{ echo(text: "Grüße \\"${number}\\"") viewer { name } }`;

it('plans operations that differ in their literals only a few times, and answers each with its own', async () => {
  await using spans = recordSpans();
  await using library = await startLibrary();
  await using gateway = await startTestGateway({ supergraphSdl: library.supergraphSdl });
  for (let number = 0; number < 20; number++) {
    const { data } = await gateway.query(greet(number));
    expect(data).toEqual({ echo: `Grüße "${number}"`, viewer: { name: 'Reader 1' } });
  }
  expect(spans.named('graphql.plan')).toHaveLength(5);
  const bodies = library.subgraphs.readers.received.map(({ body }) => body);
  expect(new Set(bodies.map(({ query }) => query)).size).toBe(5);
  expect(bodies.slice(4).map(({ variables }) => variables)).toEqual(
    Array.from({ length: 16 }, (_, index) => ({ literal0: `Grüße "${index + 4}"` })),
  );
});

it('takes the literals from the document, whatever variables come beside them', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({
    supergraphSdl: library.supergraphSdl,
    policy: 'planning: { plansByLiterals: 1 }',
  });
  const ask = (text: string) =>
    gateway.query(`query ($n: Int) { echo(text: "${text}") readers(first: $n) { id } }`, {
      variables: { n: 1, literal0: 'not this' },
    });
  for (const text of ['a', 'b', 'c'])
    expect((await ask(text)).data).toMatchObject({ echo: text, readers: [{}] });
});

it('still says what is wrong with a literal, and where', async () => {
  await using library = await startLibrary();
  await using gateway = await startTestGateway({
    supergraphSdl: library.supergraphSdl,
    policy: 'planning: { plansByLiterals: 1 }',
  });
  for (const text of ['"a"', '"b"'])
    expect((await gateway.query(`{ echo(text: ${text}) }`)).errors).toBeUndefined();
  const { errors } = await gateway.query('{ echo(text: 5) }');
  expect(errors).toMatchObject([
    { message: 'String cannot represent a non string value: 5', locations: [{ line: 1, column: 14 }] },
  ]);
});
