import type { Identity } from '@tributary/identity';
import { type Arm, callerKey, type Split } from '../canary/index.ts';
import type { Generation, GenerationLease, Generations } from '../supergraph/index.ts';
import type { HttpExchange } from '../wire/index.ts';

/** How a tester asks for an arm: `live` or `canary`. */
export const ARM_HEADER = 'tributary-arm';

/** One request's place in a canary: which arm answers it, held until the request has ended. */
export interface ArmTurn extends Disposable {
  readonly arm: Arm;
  readonly split: Split;
  /** Answers the request. */
  readonly generation: Generation;
  /** What the other arm would answer from. */
  readonly other: Generation;
  /** False for testers: they chose their arm, so they would make the arms differ. */
  readonly isCounted: boolean;
}

/** Undefined while there is no canary. Who is not signed in, or signed out, yet has an arm too. */
export function takeArmTurn(
  generations: Generations,
  lease: GenerationLease,
  { request, identity }: { readonly request: HttpExchange; readonly identity: Identity },
): ArmTurn | undefined {
  const { canary } = generations;
  if (canary === undefined) return undefined;
  const { split } = canary;
  const policy = canary.generation.policy.canary;
  const asked = askedArm(request, identity, policy.testers);
  const arm = asked ?? split.armOf(callerKey(request, identity, policy.anonymousHeader));
  const canaryLease = arm === 'canary' ? generations.acquireCanary(canary) : undefined;
  const [{ generation }, other] = canaryLease ? [canaryLease, lease.generation] : [lease, canary.generation];
  return {
    arm,
    split,
    generation,
    other,
    isCounted: asked === undefined,
    [Symbol.dispose]: () => canaryLease?.[Symbol.dispose](),
  };
}

// Private:

const EVERYBODY = '*';

/** What the header asks for, if whoever sends it may. */
function askedArm(
  { headers }: HttpExchange,
  { roles }: Identity,
  testers: readonly string[],
): Arm | undefined {
  const asked = headers[ARM_HEADER];
  if (asked !== 'live' && asked !== 'canary') return undefined;
  const isTester = testers.some((role) => role === EVERYBODY || roles.includes(role));
  return isTester ? asked : undefined;
}
