import type { Federation } from './federation.ts';
import { shop } from './shop.ts';

/**
 * The shop with a subgraph that gives the keys of its objects in another order than it was asked for them: valid, and what
 * Tributary's compiled code steps aside from.
 */
export const shopOutOfOrder: Federation = Object.fromEntries(
  Object.entries(shop).map(([name, module]) => [
    name,
    name === 'reviews' ? { ...module, rewriteAnswer: reverseKeys } : module,
  ]),
);

// Private:

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reverseKeys(inner)]);
  return Object.fromEntries(entries.reverse());
}
