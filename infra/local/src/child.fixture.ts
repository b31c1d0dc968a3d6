/**
 * A process for the tests: does as services do, and holds a socket to the test open, so that its end, however it
 * comes, is the end of the socket.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { runProcess } from '@tributary/lifecycle';

const { NAME = '', TEST_PORT = '', MODE = 'serve' } = process.env;

await runProcess(NAME, async (stack) => {
  const socket = connect(Number(TEST_PORT), '127.0.0.1');
  await once(socket, 'connect');
  stack.defer(() => void console.log(JSON.stringify({ level: 30, time: 0, msg: 'stopping' })));
  console.log(JSON.stringify({ level: 30, time: 0, msg: 'ready' }));
  socket.write(NAME);
  if (MODE === 'die-when-told') {
    await once(socket, 'data');
    console.error('out of luck');
    process.exit(3);
  }
});
