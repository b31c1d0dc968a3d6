/**
 * The life of a release in one environment:
 *
 *     waiting -> canary -> live -> superseded
 *        |         |        '----> rolled-back
 *        |         '-------------> rolled-back
 *        '-----------------------> refused
 *
 * `waiting` until every live replica attests that it serves the release's revisions; `canary` while a growing share of
 * the traffic has it; of all releases of an environment at most one is `live`.
 */
export type ReleaseState = 'waiting' | 'canary' | 'live' | 'superseded' | 'rolled-back' | 'refused';

export type ReleaseCause = 'publish' | 'retire' | 'promote' | 'rollback';

export type ReleaseEvent =
  /** All replicas attest; the first share of traffic may go to it. */
  | 'attested'
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
  canary: { completed: 'live', replaced: 'superseded', harmed: 'rolled-back' },
  live: { replaced: 'superseded', harmed: 'rolled-back' },
  superseded: { completed: 'live' },
  'rolled-back': {},
  refused: {},
};

/** The state after the event; undefined when the event cannot happen to a release of that state. */
export function nextState(state: ReleaseState, event: ReleaseEvent): ReleaseState | undefined {
  return TRANSITIONS[state][event];
}
