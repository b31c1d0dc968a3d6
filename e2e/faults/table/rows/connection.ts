import type { Step } from '../../../src/fault-script.ts';
import type { FaultGroup } from '../fault-row.ts';
import {
  AT_ONCE_MS,
  interrupted,
  LIMITS,
  loyalty,
  loyaltyLost,
  nothingLost,
  says,
  wholeAnswer,
} from '../loyalty.ts';

/** The connection to loyalty fails, at every point of an exchange. */
export const connection: FaultGroup = {
  title: 'The connection to one subgraph',
  rows: [
    {
      name: 'Nobody listens: connections are refused',
      begin: ({ federation }) => federation.proxies.loyalty.refuse(),
      ...loyaltyLost('SUBGRAPH_UNAVAILABLE', /ECONNREFUSED/),
    },
    {
      name: 'Connecting hangs: the queue of connections is full',
      begin: ({ federation }) => federation.proxies.loyalty.stall(),
      ...loyaltyLost('SUBGRAPH_UNAVAILABLE', /CONNECT_TIMEOUT/),
      // Three sends, each with its time to connect.
      withinMs: 3 * LIMITS.connectMs + AT_ONCE_MS,
    },
    {
      name: 'Reset before the head of the answer',
      begin: loyalty({ kind: 'reset' }),
      ...loyaltyLost('SUBGRAPH_UNAVAILABLE', /ECONNRESET/),
    },
    {
      name: 'Closed before the head of the answer',
      begin: says(() => ['CLOSE']),
      ...loyaltyLost('SUBGRAPH_UNAVAILABLE', /CONNECTION_CLOSED/),
    },
    {
      name: 'Reset within the head',
      begin: says(interrupted('head', [20, 'RESET'])),
      ...loyaltyLost('SUBGRAPH_UNAVAILABLE', /ECONNRESET/),
    },
    {
      name: 'Reset within the body',
      begin: says(interrupted('body', [20, 'RESET'])),
      ...loyaltyLost('SUBGRAPH_UNAVAILABLE', /ECONNRESET/),
    },
    {
      name: 'Closed within the body',
      begin: says(interrupted('body', ['CLOSE'])),
      ...loyaltyLost('SUBGRAPH_UNAVAILABLE', /CONNECTION_CLOSED/),
    },
    {
      name: 'Reset after the whole answer',
      begin: says((answer) => [wholeAnswer(answer), 20, 'RESET']),
      ...nothingLost(),
    },
    {
      name: 'A kept connection is reset when it is used again',
      begin: loyalty({ kind: 'reset-reused' }),
      ...nothingLost(),
    },
    {
      name: 'Hangs before the head',
      begin: loyalty({ kind: 'hang' }),
      ...loyaltyLost('SUBGRAPH_TIMEOUT', /Timeout/),
    },
    {
      name: 'Hangs within the head',
      begin: says(interrupted('head', [])),
      ...loyaltyLost('SUBGRAPH_TIMEOUT', /Timeout/),
    },
    {
      name: 'Hangs within the body',
      begin: says(interrupted('body', [])),
      ...loyaltyLost('SUBGRAPH_TIMEOUT', /Timeout/),
    },
    {
      name: 'Drips: one byte every 20 ms',
      begin: says((answer) => drip(wholeAnswer(answer), 20)),
      ...loyaltyLost('SUBGRAPH_TIMEOUT', /Timeout/),
    },
    {
      name: 'Slow, but in time (100 ms)',
      begin: loyalty({ kind: 'delay', ms: 100 }),
      ...nothingLost(),
      withinMs: 200 + AT_ONCE_MS,
    },
    {
      name: 'Sends more after the whole answer, unasked',
      begin: says((answer) => [wholeAnswer(answer), wholeAnswer(answer)]),
      ...nothingLost(),
    },
  ],
};

// Private:

function* drip(text: string, everyMs: number): Generator<Step> {
  for (const character of text) {
    yield character;
    yield everyMs;
  }
}
