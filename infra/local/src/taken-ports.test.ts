import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { describeTakenPorts, findTakenPorts, portNeeds } from './taken-ports.ts';
import { createTopology } from './topology.ts';

describe('taken ports', () => {
  it('are found and named with who needs them', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const taken = await findTakenPorts([
      { port, neededBy: 'orders' },
      { port: 0, neededBy: 'users' },
    ]);
    server.close();

    expect(taken).toEqual([{ port, neededBy: 'orders' }]);
    expect(describeTakenPorts(taken)).toBe(
      `port ${port} for orders is in use by another program. Stop that, or set TRIBUTARY_PORT_OFFSET=100`,
    );
  });

  it('are told by process when they are several', () => {
    const taken = portNeeds(createTopology(0)).slice(0, 3);

    expect(describeTakenPorts(taken)).toBe(
      'ports in use: 4000 and 9000 for gateway, 4001 for users. If that is not Tributary itself, set TRIBUTARY_PORT_OFFSET=100',
    );
  });

  it('are looked for among all that the processes listen on, moved by the offset', () => {
    expect(portNeeds(createTopology(100)).map(({ port }) => port)).toEqual([
      4100, 9100, 4101, 9101, 4102, 9102, 4103, 9103, 4110, 9110,
    ]);
  });
});
