import { readFileSync } from 'node:fs';
import { mobile } from '../federations/mobile.ts';
import type { Scenario } from './scenario.ts';

export const home: Scenario = {
  name: 'home',
  about: "the mobile app's home screen (queries/home.graphql) over users, orders and loyalty",
  isPrincipal: true,
  federation: mobile,
  requests: [{ query: readFileSync(new URL('../../queries/home.graphql', import.meta.url), 'utf8') }],
};

export const homeAt500: Scenario = {
  name: 'home-500',
  about: 'home again, from 500 connections at once: what the gateway keeps in memory',
  federation: mobile,
  requests: home.requests,
  isLong: true,
  connections: 500,
};
