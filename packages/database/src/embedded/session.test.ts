import { expect, it } from 'vitest';
import { Session } from './session.ts';
import { concatBytes, queryMessage, SYNC_MESSAGE } from './wire.ts';

const PARSE = Uint8Array.of('P'.charCodeAt(0), 0, 0, 0, 6, 0, 0);
const QUERY = queryMessage('select 1');

/** A server that answers each batch by its first byte, and the batches and answers that were seen. */
function recordingSession() {
  const batches: string[] = [];
  const answers: [number, number][] = [];
  const session = new Session(
    {
      async execProtocolRawStream(message, { onRawData }) {
        batches.push(Buffer.from(message).toString('latin1'));
        onRawData(message.subarray(0, 1));
      },
    },
    (connection, bytes) => answers.push([connection, bytes.length]),
  );
  return { session, batches, answers };
}
const text = (...messages: Uint8Array[]) => Buffer.from(concatBytes(messages)).toString('latin1');

it('holds messages back until one that the server answers, and runs them as one batch', async () => {
  const { session, batches } = recordingSession();
  await session.open(1);
  await session.receive(1, PARSE);
  expect(batches).toEqual([]);
  await session.receive(1, concatBytes([PARSE, SYNC_MESSAGE]));
  expect(batches).toEqual([text(PARSE, PARSE, SYNC_MESSAGE)]);
});

it('rolls back and discards what a closed connection left behind, and tells nobody', async () => {
  const { session, batches, answers } = recordingSession();
  await session.open(1);
  await session.close(1);
  expect(batches).toEqual([
    text(SYNC_MESSAGE),
    text(queryMessage('ROLLBACK')),
    text(queryMessage('DISCARD ALL')),
  ]);
  expect(answers).toEqual([]);
});

it('closes the connection that is open when another one opens', async () => {
  const { session, batches, answers } = recordingSession();
  await session.open(1);
  await session.open(2);
  expect(batches.at(-1)).toBe(text(queryMessage('DISCARD ALL')));
  await session.receive(1, QUERY);
  await session.receive(2, QUERY);
  expect(answers).toEqual([[2, 1]]);
});

it('checkpoints only while the client is between its transactions', async () => {
  const batches: string[] = [];
  let status = 'T';
  const session = new Session(
    {
      async execProtocolRawStream(message, { onRawData }) {
        batches.push(Buffer.from(message).toString('latin1'));
        onRawData(Buffer.from(`Z\0\0\0\x05${status}`, 'latin1'));
      },
    },
    () => {},
  );
  await session.open(1);
  await session.receive(1, QUERY);
  expect(await session.checkpoint()).toBe(false);
  expect(batches).toEqual([text(QUERY)]);
  status = 'I';
  await session.receive(1, QUERY);
  await session.receive(1, PARSE);
  expect(await session.checkpoint()).toBe(false);
  expect(batches).toHaveLength(2);
  await session.receive(1, SYNC_MESSAGE);
  expect(await session.checkpoint()).toBe(true);
  expect(batches.at(-1)).toBe(text(queryMessage('CHECKPOINT')));
});

it('drops half a batch when its connection closes', async () => {
  const { session, batches } = recordingSession();
  await session.open(1);
  await session.receive(1, PARSE);
  await session.close(1);
  await session.open(2);
  await session.receive(2, QUERY);
  expect(batches.at(-1)).toBe(text(QUERY));
});
