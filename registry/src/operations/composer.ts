import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { CompositionProblem } from '../contract/subgraphs.ts';
import { inputsDigest, textDigest } from '../schema/digest.ts';
import type { Member } from '../schema/member.ts';
import { findCompositionOfInputs, type StoredComposition, saveComposition } from '../store/compositions.ts';
import type { ReleaseMember } from '../store/releases.ts';
import type { Tables } from '../store/tables.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';

/** A member with the digest of its canonical SDL. */
export interface KnownMember extends Member {
  readonly digest: string;
}

export type ComposerOutcome =
  | { readonly composed: true; readonly inputs: string; readonly composition: StoredComposition }
  | { readonly composed: false; readonly problems: readonly CompositionProblem[] };

/** Composes each set of subgraphs once: what was composed is remembered, by content, here and for a while what was not. */
export interface Composer {
  compose(members: readonly KnownMember[]): Promise<ComposerOutcome>;
  /** Keeps it for ever; call it in the transaction that refers to it. */
  save(db: Kysely<Tables>, outcome: Extract<ComposerOutcome, { composed: true }>, at: Date): Promise<void>;
}

/** Outcomes of checks, which are not kept in the database; a large supergraph is some 3 MB. */
const KEPT_OUTCOMES = 20;

export function createComposer(db: Kysely<Tables>, workers: SchemaWorkers): Composer {
  const recent = new LRUCache<string, ComposerOutcome>({ max: KEPT_OUTCOMES });
  const underWay = new Map<string, Promise<ComposerOutcome>>();

  async function composeAnew(inputs: string, members: readonly KnownMember[]): Promise<ComposerOutcome> {
    const stored = await findCompositionOfInputs(db, inputs);
    if (stored !== undefined) return { composed: true, inputs, composition: stored };
    const plain = members.map(({ name, routingUrl, sdl }) => ({ name, routingUrl, sdl }));
    const outcome = await workers.perform('compose', { members: plain });
    if (!outcome.composed) return outcome;
    const { composed: _, ...composition } = outcome;
    return { composed: true, inputs, composition };
  }

  return {
    async compose(members) {
      const inputs = inputsDigest(members);
      // Problems name lines, which another layout of the same schema has elsewhere: only what composes is kept by content.
      const texts = textDigest([inputs, ...members.map(({ sdl }) => sdl)].join('\0'));
      const known = recent.get(inputs) ?? underWay.get(texts);
      if (known !== undefined) return known;
      const composing = composeAnew(inputs, members);
      underWay.set(texts, composing);
      try {
        const outcome = await composing;
        if (outcome.composed) recent.set(inputs, outcome);
        return outcome;
      } finally {
        underWay.delete(texts);
      }
    },
    save: (transaction, { inputs, composition }, at) => saveComposition(transaction, inputs, composition, at),
  };
}

export function toKnownMember({ subgraph, routing_url, sdl, digest }: ReleaseMember): KnownMember {
  return { name: subgraph, routingUrl: routing_url, sdl, digest };
}
