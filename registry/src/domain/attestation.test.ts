import { expect, it } from 'vitest';
import { type AttestationMode, attestationOf } from './attestation.ts';

it.each<[AttestationMode, boolean, string, string, boolean]>([
  ['when-known', false, '', '0/0', true],
  ['when-known', true, '', '0/0', false],
  ['when-known', true, 'old', '0/1', false],
  ['when-known', true, 'new old', '1/2', false],
  ['when-known', true, 'new new', '2/2', true],
  ['required', false, '', '0/0', false],
  ['required', true, 'new', '1/1', true],
  ['off', true, 'old', '0/1', true],
])(
  'with %s, known: %s, replicas that serve [%s], it is %s: %s',
  (mode, isKnown, serves, progress, isAttested) => {
    const brought = {
      subgraph: 'users',
      revision: 'new',
      isKnown,
      serves: serves.split(' ').filter(Boolean),
    };
    const result = attestationOf(mode, brought);
    expect(`${result.attesting}/${result.replicas}`).toBe(progress);
    expect(result.isAttested).toBe(isAttested);
  },
);
