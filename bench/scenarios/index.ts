import { home } from './home.ts';
import { nested } from './nested.ts';
import type { Scenario } from './scenario.ts';

export type { GraphQLRequest, Scenario } from './scenario.ts';

/** In the order of the report. */
export const scenarios: readonly Scenario[] = [nested, home];
