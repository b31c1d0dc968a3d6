/**
 * The life of a release in one environment:
 *
 *     waiting -> canary -> live <-> superseded
 *        |         |        '----> rolled-back
 *        |         '-------------> rolled-back
 *        '-----------------------> refused, superseded
 *
 * `waiting` until every live replica attests that it serves the release's revisions; `canary` while a growing share of
 * the traffic has it; of all releases of an environment at most one is `live`, and at most one a `canary`.
 */
export type ReleaseState = 'waiting' | 'canary' | 'live' | 'superseded' | 'rolled-back' | 'refused';

export type ReleaseCause = 'publish' | 'retire' | 'promote' | 'rollback';

export type ReleaseEvent =
  /** All replicas attest; the first share of traffic goes to it. */
  | 'attested'
  /** Another share of traffic goes to it. */
  | 'stepped'
  /** It takes all traffic. */
  | 'completed'
  /** Another one has taken all traffic. */
  | 'replaced'
  /** Harm was seen, or somebody said so. */
  | 'harmed'
  /** It will never be attested. */
  | 'given-up';

const TRANSITIONS: Readonly<Record<ReleaseState, Readonly<Partial<Record<ReleaseEvent, ReleaseState>>>>> = {
  waiting: { attested: 'canary', completed: 'live', replaced: 'superseded', 'given-up': 'refused' },
  canary: { stepped: 'canary', completed: 'live', replaced: 'superseded', harmed: 'rolled-back' },
  live: { replaced: 'superseded', harmed: 'rolled-back' },
  /** The one that was live before is live again. */
  superseded: { completed: 'live' },
  'rolled-back': {},
  refused: {},
};

/** The state after the event; undefined when the event cannot happen to a release of that state. */
export function nextState(state: ReleaseState, event: ReleaseEvent): ReleaseState | undefined {
  return TRANSITIONS[state][event];
}

/** Releases that are served or are to be. The newest of them is what the next change builds on. */
export const ACTIVE_STATES = ['waiting', 'canary', 'live'] as const satisfies readonly ReleaseState[];

/**
 * Whether a release has what another one changed: a revision that it brought, or the lack of a subgraph that it removed.
 * `members` is subgraph to revision.
 */
export function buildsOn(
  members: ReadonlyMap<string, string>,
  { brought, removed }: { readonly brought: readonly string[]; readonly removed: readonly string[] },
): boolean {
  const revisions = new Set(members.values());
  return (
    brought.some((revision) => revisions.has(revision)) || removed.some((subgraph) => !members.has(subgraph))
  );
}
