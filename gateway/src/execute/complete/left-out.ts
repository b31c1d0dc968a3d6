import type { FetchNode } from '../../plan/index.ts';
import { type Cause, malformed } from './located-error.ts';
import type { Path } from './places.ts';
import type { PlanRun } from './plan-run.ts';

/** What a fetch takes that is missing though its object is there. */
export class LeftOut {
  readonly #run: PlanRun;
  /** Where no fetch was to bring it: a fault of the plan, which must not pass for a null. */
  readonly #ofPlan: Cause;
  readonly #causes = new Map<string, Cause>();

  constructor(run: PlanRun, { serviceName }: FetchNode) {
    this.#run = run;
    const message = `The subgraph ${serviceName} was not asked: no fetch brings what it takes`;
    const error = { message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
    this.#ofPlan = { subgraph: serviceName, error };
  }

  /** Undefined where a subgraph has said that there is nothing. */
  causeOf(missing: Path): Cause | undefined {
    if (this.#run.faults.isAbsent(missing)) return undefined;
    const subgraph = this.#run.purposes.whoWasAsked(missing);
    if (subgraph === undefined) return this.#ofPlan;
    const error = malformed(subgraph, 'not all of the fields it was asked for');
    const cause = this.#causes.get(subgraph) ?? { subgraph, error };
    this.#causes.set(subgraph, cause);
    return cause;
  }

  isItsOwn(cause: Cause): boolean {
    return cause === this.#ofPlan || this.#causes.get(cause.subgraph) === cause;
  }
}
