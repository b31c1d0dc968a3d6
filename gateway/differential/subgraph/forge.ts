import type { Forgery } from '../faults.ts';
import { isRawNumber, rawNumber } from '../json-text.ts';

/** What the answer has in the place of the value; undefined: the key is not there. */
export function forge(value: unknown, forgery: Forgery): unknown {
  switch (forgery) {
    case 'null':
      return null;
    case 'missing':
      return undefined;
    case 'text':
      return 'forged "text" \u2028';
    case 'integer':
      return 17;
    case 'too-large-integer':
      return 2_147_483_648;
    case 'fraction':
      return 0.5;
    case 'boolean':
      return true;
    case 'object':
      return { forged: { id: 1 } };
    case 'empty-list':
      return [];
    case 'list-of-it':
      return [value];
    case 'list-of-null':
      return [null, null];
    case 'first-of-it':
      return Array.isArray(value) ? (value[0] ?? null) : value;
    case 'deep':
      return deep(300);
    case '1e400':
      return rawNumber('1e400');
    case '2^53+1':
      return rawNumber('9007199254740993');
    case 'typename-missing':
    case 'typename-unknown':
    case 'typename-other':
    case 'typename-number':
      return withTypename(value, forgery);
  }
}

function withTypename(value: unknown, forgery: Forgery): unknown {
  if (Array.isArray(value)) return value.map((item) => withTypename(item, forgery));
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return value;
  const forged: Record<string, unknown> = { ...value };
  if (!('__typename' in forged)) return forged;
  if (forgery === 'typename-missing') delete forged.__typename;
  else forged.__typename = { 'typename-unknown': 'Nowhere', 'typename-other': 'EA' }[forgery as string] ?? 5;
  return forged;
}

function deep(depth: number): unknown {
  let value: unknown = null;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}
