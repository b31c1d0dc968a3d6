import type { Logger } from '@tributary/telemetry';
import { DEFAULT_POLICY, type Policy, parsePolicy } from '../configuration/index.ts';
import type { SupergraphSource, TextSource } from '../source/index.ts';
import type { BuildGeneration } from './generation.ts';
import { Generations } from './generations.ts';
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
  let { sdl } = (await supergraph.read()).live;
  const first = await build(sdl, policy).catch(async (error: Error) => {
    const before = await supergraph.lastGood?.();
    if (before === undefined) throw new Error(`${supergraph.location} ${error.message}`, { cause: error });
    logger.error(
      { source: supergraph.location, reason: error.message },
      'cannot serve this, starts with the last good one',
    );
    sdl = before.live.sdl;
    return build(sdl, policy);
  });

  const stack = new AsyncDisposableStack();
  const generations = stack.use(new Generations(first));

  const serve = async (text: string, under: Policy) => {
    const next = await build(text, under);
    await warmUp(next, generations.current);
    generations.swap(next);
  };

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
      onDelivery: ({ live }) =>
        change(supergraph, async () => {
          if (live.sdl === sdl) return;
          await serve(live.sdl, policy);
          sdl = live.sdl;
          logger.info({ digest: generations.current.digest }, 'serves a new supergraph');
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
            await serve(sdl, next);
            policy = next;
            logger.info('follows a new policy');
          });
        },
        onUnavailable,
      }),
    );
  }
  return { generations, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
