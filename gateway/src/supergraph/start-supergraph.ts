import type { Logger } from '@tributary/telemetry';
import { createSplit } from '../canary/index.ts';
import { DEFAULT_POLICY, type Policy, parsePolicy } from '../configuration/index.ts';
import type { Delivery, SupergraphSource, TextSource } from '../source/index.ts';
import type { BuildGeneration, Generation } from './generation.ts';
import { type CanaryGeneration, Generations } from './generations.ts';
import { warmUp } from './warm-up.ts';

export interface SupergraphOptions {
  readonly supergraph: SupergraphSource;
  readonly policy?: TextSource | undefined;
  readonly build: BuildGeneration;
  readonly logger: Logger;
}

/**
 * Builds the first generation (a bad supergraph or policy rejects) and then a new one whenever either changes.
 * A bad text is refused with a log line and changes nothing. Disposal waits for the requests that hold a generation.
 */
export async function startSupergraph(
  options: SupergraphOptions,
): Promise<{ readonly generations: Generations } & AsyncDisposable> {
  const { supergraph, build, logger } = options;
  let policy: Policy = options.policy
    ? parsePolicy(await options.policy.read(), options.policy.location)
    : DEFAULT_POLICY;
  let served: Delivery = await supergraph.read();
  const first = await build(served.live.sdl, policy).catch(async (error: Error) => {
    const before = await supergraph.lastGood?.();
    if (before === undefined) throw new Error(`${supergraph.location} ${error.message}`, { cause: error });
    logger.error(
      { source: supergraph.location, reason: error.message },
      'cannot serve this, starts with the last good one',
    );
    served = before;
    return build(served.live.sdl, policy);
  });

  const stack = new AsyncDisposableStack();
  const generations = stack.use(new Generations(first));

  /** What is there already, of whichever arm, is kept. */
  const generationOf = async ({ digest, sdl }: Delivery['live'], under: Policy): Promise<Generation> => {
    const known = [generations.current, generations.canary?.generation];
    const same = known.find((generation) => generation?.digest === digest && generation.policy === under);
    if (same) return same;
    const next = await build(sdl, under);
    await warmUp(next, generations.current);
    return next;
  };

  /** A canary that cannot be served keeps nobody from what is live. */
  const canaryOf = async (
    { canary, salt }: Delivery,
    under: Policy,
  ): Promise<CanaryGeneration | undefined> => {
    if (canary === undefined || canary.release === undefined) return undefined;
    const { digest, release, share } = canary;
    try {
      return {
        generation: await generationOf(canary, under),
        split: createSplit({ digest, release, share, salt }),
      };
    } catch (error) {
      logger.error(
        { source: supergraph.location, release, digest, reason: (error as Error).message },
        'cannot serve the canary, goes on without it',
      );
      return undefined;
    }
  };

  const serve = async (delivery: Delivery, under: Policy) => {
    const live = await generationOf(delivery.live, under);
    generations.serve(live, await canaryOf(delivery, under));
    served = delivery;
    policy = under;
  };
  if (served.canary !== undefined) await serve(served, policy);

  // One change at a time: two builds that overtake each other would leave the older text current.
  let last: Promise<unknown> = Promise.resolve();
  const change = ({ location }: Pick<TextSource, 'location'>, apply: () => Promise<void>) => {
    const done = last.then(() =>
      apply().then(
        () => true,
        (error: Error) => {
          logger.error(
            { source: location, reason: error.message },
            'refused a bad change, the old state stays',
          );
          return false;
        },
      ),
    );
    last = done;
    return done;
  };
  const onUnavailable = (error: Error) =>
    logger.warn({ reason: error.message }, 'cannot be read now, the last good state stays');

  stack.use(
    supergraph.watch({
      onDelivery: (delivery) =>
        change(supergraph, async () => {
          if (isSame(delivery, served)) return;
          await serve(delivery, policy);
          const { live, canary } = delivery;
          const facts = canary && { canary: canary.digest, release: canary.release, share: canary.share };
          logger.info({ digest: live.digest, ...facts }, 'serves a new supergraph');
        }),
      onUnavailable,
    }),
  );
  const policySource = options.policy;
  if (policySource) {
    stack.use(
      policySource.watch({
        onText: async (text) => {
          await change(policySource, async () => {
            const next = parsePolicy(text, policySource.location);
            await serve(served, next);
            logger.info('follows a new policy');
          });
        },
        onUnavailable,
      }),
    );
  }
  return { generations, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

// Private:

function isSame(one: Delivery, other: Delivery): boolean {
  const keyOf = ({ live, canary, salt }: Delivery) =>
    JSON.stringify([live.digest, canary && [canary.digest, canary.release, canary.share, salt]]);
  return keyOf(one) === keyOf(other);
}
