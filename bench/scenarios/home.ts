import { readFileSync } from 'node:fs';
import { mobile } from '../federations/mobile.ts';
import type { Scenario } from './scenario.ts';

export const home: Scenario = {
  name: 'home',
  about: "the mobile app's home screen (queries/home.graphql) over users, orders and loyalty",
  federation: mobile,
  requests: [{ query: readFileSync(new URL('../../queries/home.graphql', import.meta.url), 'utf8') }],
};
