import { home, homeAt500 } from './home.ts';
import { list1000, list10000 } from './lists.ts';
import { aside, nested } from './nested.ts';
import { literals10000, operations1, operations10000, operationsLast } from './operations.ts';
import type { Scenario } from './scenario.ts';
import { errors, introspection, tiny, twelve, variables } from './small.ts';

export type { GraphQLRequest, Scenario } from './scenario.ts';

/** In the order of the report. */
export const scenarios: readonly Scenario[] = [
  nested,
  home,
  tiny,
  list1000,
  list10000,
  twelve,
  errors,
  aside,
  variables,
  operations1,
  operations10000,
  operationsLast,
  literals10000,
  introspection,
  homeAt500,
];
