import { expect, it } from 'vitest';
import { type ClientName, totalsOf, type UsageFigures } from './usage-totals.ts';

const FIGURES: UsageFigures = {
  coordinates: ['Query.me', 'User.name', 'Status.OPEN'],
  operations: [
    {
      hash: 'b',
      name: 'Me',
      document: '{me{name}}',
      coordinates: [0, 1],
      clients: [
        { name: 'web', version: '2', requests: 5, values: [] },
        { name: 'ios', version: '1', requests: 3, values: [[2, 2]] },
      ],
    },
    {
      hash: 'a',
      coordinates: [0],
      clients: [{ name: 'web', version: '2', requests: 10, values: [[2, 99]] }],
    },
  ],
};
const asTheySay = (client: ClientName) => client;

it('adds up what several operations of a client used', () => {
  const { clients, coordinates } = totalsOf(FIGURES, asTheySay);
  expect(clients).toEqual([
    { client: 'ios', version: '1', requests: 3 },
    { client: 'web', version: '2', requests: 15 },
  ]);
  const uses = coordinates.map(({ coordinate, client, requests }) => `${coordinate} ${client} ${requests}`);
  expect(uses).toEqual([
    'Query.me ios 3',
    'Query.me web 15',
    'Status.OPEN ios 2',
    // No more than there were requests.
    'Status.OPEN web 10',
    'User.name ios 3',
    'User.name web 5',
  ]);
});

it('counts a coordinate once that a text and a variable use', () => {
  const [first] = FIGURES.operations;
  if (first === undefined) throw new Error('there is one');
  const clients = [{ name: 'web', version: '2', requests: 5, values: [[1, 4]] as const }];
  const { coordinates } = totalsOf({ ...FIGURES, operations: [{ ...first, clients }] }, asTheySay);
  expect(coordinates.find(({ coordinate }) => coordinate === 'User.name')?.requests).toBe(5);
});

it('keeps documents that came, and counts the requests of those alone', () => {
  const { documents, operations } = totalsOf(FIGURES, asTheySay);
  expect(documents).toEqual([{ hash: 'b', name: 'Me', body: '{me{name}}' }]);
  expect(operations.map(({ hash, client }) => `${hash} ${client}`)).toEqual(['b ios', 'b web']);
});

it('leaves out places that name nothing', () => {
  const clients = [{ name: '', version: '', requests: 1, values: [[7, 1]] as const }];
  const operations = [{ hash: 'a', coordinates: [9], clients }];
  expect(totalsOf({ coordinates: [], operations }, asTheySay).coordinates).toEqual([]);
});
