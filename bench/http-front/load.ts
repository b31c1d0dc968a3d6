import { connect } from 'node:net';

export interface Load {
  readonly port: number;
  readonly body: string;
  readonly connections: number;
  readonly requests: number;
}

/**
 * Posts the body so many times over kept connections, each with another authorization header, one request at a time
 * on each. Answers are counted by their length alone (all are equal): the load must cost less than what it measures.
 */
export async function load({ port, body, connections, requests }: Load): Promise<void> {
  const length = Buffer.byteLength(body);
  const head = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\naccept: application/graphql-response+json, application/json\r\ncontent-length: ${length}\r\n`;
  let left = requests;

  async function connection(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let answerLength = 0;
    let received = 0;
    const send = () => {
      if (left-- <= 0) return void socket.end(resolve);
      received = 0;
      socket.write(`${head}authorization: Bearer ${String(left).padStart(12, '0')}\r\n\r\n${body}`);
    };
    socket.on('data', (chunk: Buffer) => {
      if (received === 0) answerLength = lengthOf(chunk);
      received += chunk.length;
      if (received === answerLength) send();
      if (received > answerLength) reject(new Error('more bytes than the answer has'));
    });
    socket.on('error', reject);
    socket.on('connect', send);
    await promise;
  }
  // Never asleep: otherwise each answer of a server that is slower than the load pays for waking it up.
  let isDone = false;
  const stayAwake = () => void (isDone || setImmediate(stayAwake));
  stayAwake();
  await Promise.all(Array.from({ length: connections }, connection));
  isDone = true;
}

function lengthOf(chunk: Buffer): number {
  const head = chunk.toString('latin1', 0, chunk.indexOf('\r\n\r\n'));
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`unexpected answer: ${chunk.toString()}`);
  return head.length + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1]);
}
