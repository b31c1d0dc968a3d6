import { HISTORY_DAYS, toTimeMs } from './calendar.ts';
import { FAMILY_NAMES, GIVEN_NAMES, toAscii } from './names.ts';
import { createRandom, uuidOf } from './random.ts';
import type { Scale } from './scale.ts';

export interface DemoUser {
  readonly index: number;
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly createdAt: Date;
}

/** The password of every demo user. */
export const DEMO_PASSWORD = 'tributary';

/** The index of Mia, whom the README, `npm start` and the tests sign in as. */
export const MIA = 0;
/** The index of Sam, who works in support: may read across users, buys nothing. */
export const SAM = 1;

const ID_STREAM = 0x75736572;
const NAME_STREAM = 0x6e616d65;
const JOIN_STREAM = 0x6a6f696e;
const DOMAINS = ['example.com', 'example.net', 'example.org'] as const;
/** Everyone has been a customer for the last fifth of the history at least, so that there is room for orders. */
const JOINING_DAYS = Math.floor(HISTORY_DAYS * 0.8);

export function demoUser(index: number): DemoUser {
  return {
    index,
    id: demoUserId(index),
    ...personOf(index),
    roles: index === SAM ? ['support'] : [],
    createdAt: new Date(toTimeMs(joinedOnDay(index))),
  };
}

/** The id alone, which is all that orders and loyalty need of a user. */
export function demoUserId(index: number): string {
  return uuidOf(ID_STREAM, index);
}

export function* demoUsers(scale: Scale): Generator<DemoUser, void, undefined> {
  for (let index = 0; index < scale.users; index++) yield demoUser(index);
}

/** When the user signed up, as a day index with a fraction. */
export function joinedOnDay(index: number): number {
  if (index === MIA) return 41.34;
  return createRandom(JOIN_STREAM, index)() * JOINING_DAYS;
}

// Private:

function personOf(index: number): Pick<DemoUser, 'email' | 'displayName'> {
  if (index === MIA) return { email: 'mia@example.com', displayName: 'Mia Lindqvist' };
  if (index === SAM) return { email: 'sam@example.com', displayName: 'Sam Okonkwo' };
  const pairs = GIVEN_NAMES.length * FAMILY_NAMES.length;
  // 7,919 is a prime that divides neither list's length: a walk through all pairs before the first comes again.
  const pair = (index * 7919) % pairs;
  const given = GIVEN_NAMES[pair % GIVEN_NAMES.length] ?? '';
  const family = FAMILY_NAMES[Math.floor(pair / GIVEN_NAMES.length)] ?? '';
  const lap = Math.floor(index / pairs);
  const domain = DOMAINS[Math.floor(createRandom(NAME_STREAM, index)() * DOMAINS.length)] ?? DOMAINS[0];
  return {
    email: `${toAscii(given)}.${toAscii(family)}${lap === 0 ? '' : lap + 1}@${domain}`,
    displayName: `${given} ${family}`,
  };
}
