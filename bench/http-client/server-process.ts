import { createServer } from 'node:net';

/** Answers every request, all of which have the length of a connection's first, with the same bytes. */
const body = 'y'.repeat(Number(process.argv[2]));
const head = [
  'HTTP/1.1 200 OK',
  'X-Powered-By: Express',
  'Content-Type: application/json; charset=utf-8',
  'ETag: W/"1f-0123456789012345678901234"',
  'Date: Sat, 21 Nov 2026 06:35:00 GMT',
  'Connection: keep-alive',
  'Keep-Alive: timeout=5',
  `Content-Length: ${body.length}`,
];
const answer = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');

const server = createServer({ noDelay: true }, (socket) => {
  let requestBytes = 0;
  let received = 0;
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    requestBytes ||= requestLength(chunk.toString('latin1'));
    received += chunk.length;
    socket.cork();
    for (; received >= requestBytes; received -= requestBytes) socket.write(answer);
    socket.uncork();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('disconnect', () => process.exit());

function requestLength(text: string): number {
  const headBytes = text.indexOf('\r\n\r\n') + 4;
  return headBytes + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
}
