import { catalogue } from '../federations/catalogue.ts';
import type { Scenario } from './scenario.ts';

/** Two of them: how the cost of an answer grows with its length. */
export const list1000 = list(1_000);
export const list10000 = list(10_000);

// Private:

function list(length: number): Scenario {
  return {
    name: `list-${length}`,
    about: `${length.toLocaleString('en')} items, a field of each from a second subgraph`,
    ...(length > 1_000 && { isLong: true as const }),
    federation: catalogue,
    requests: [{ query: `{ items(first: ${length}) { id name price inStock stars } }` }],
  };
}
