import { randomUUIDv7 } from 'node:crypto';
import { TributaryError } from '@tributary/errors';
import type { Kysely } from 'kysely';
import type { CheckAnswer, Finding, LintLevel, LintRule } from '../contract/check.ts';
import { applyChange } from '../domain/members.ts';
import type { LintFinding } from '../schema/lint.ts';
import { requireEnvironment } from '../store/environments.ts';
import { findReleaseOf, type ReleaseMember, readHead, readMembers } from '../store/releases.ts';
import type { Tables } from '../store/tables.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';
import { type Composer, type ComposerOutcome, toKnownMember } from './composer.ts';
import type { ManifestSource, UsageSource } from './evidence.ts';
import { breakingFindings } from './judge-changes.ts';
import { planFindings } from './judge-plans.ts';
import { requireDigest } from './publish.ts';

export interface CheckParts {
  readonly db: Kysely<Tables>;
  readonly composer: Composer;
  readonly workers: SchemaWorkers;
  readonly usage: UsageSource;
  readonly manifests: ManifestSource;
  readonly tolerableShare: number;
  readonly now: () => Date;
}

export interface Check {
  readonly environment: string;
  readonly subgraph: string;
  readonly sdl: string;
  readonly routingUrl: string | undefined;
  /** A composition, `none`, or undefined for what is there. */
  readonly base: string | undefined;
  readonly maxFetchDepthIncrease: number | undefined;
  readonly allowInconclusive: boolean;
  readonly lint: Readonly<Partial<Record<LintRule, LintLevel>>>;
}

/** Says what publishing this would do, and writes nothing. @throws SCHEMA_INVALID, NOT_REGISTERED, SCHEMA_LIMIT_EXCEEDED. */
export async function check(parts: CheckParts, request: Check): Promise<CheckAnswer> {
  const { db, workers, composer } = parts;
  const { environment, subgraph, sdl } = request;
  await requireEnvironment(db, environment);
  const revision = await requireDigest(workers, subgraph, sdl);
  const base = await readBase(db, environment, request.base);
  const before = base.members.find((member) => member.subgraph === subgraph);
  const member = toMember(request, before, { revision, now: parts.now() });
  const composing = composer.compose(applyChange(base.members, { kind: 'put', member }).map(toKnownMember));
  const [old, next] = await Promise.all([composeBase(composer, base.members), composing]);

  const changes =
    old !== undefined && next.composed
      ? await workers.perform('apiChanges', { before: old.apiSdl, after: next.composition.apiSdl })
      : [];
  const review = await workers.perform('reviewSubgraph', {
    subgraph,
    before: before?.sdl,
    after: sdl,
    coordinates: changes.map(({ coordinate }) => coordinate),
  });
  const findings = [
    ...compositionFindings(next),
    ...(old === undefined
      ? []
      : await breakingFindings(parts, request, { changes, review, apiSdl: old.apiSdl })),
    ...(old === undefined || !next.composed
      ? []
      : await planFindings(parts, request, {
          before: old.supergraphSdl,
          after: next.composition.supergraphSdl,
        })),
    ...urlFindings(member, before),
    ...lintFindings(review.lint, request.lint),
  ];
  return {
    passed: !findings.some(({ severity }) => severity === 'error'),
    environment,
    subgraph,
    revision,
    base: base.composition ?? 'none',
    ...(next.composed && { composition: next.composition.digest }),
    findings,
  };
}

// Private:

interface Base {
  readonly composition: string | undefined;
  readonly members: readonly ReleaseMember[];
}

async function readBase(db: Kysely<Tables>, environment: string, wanted: string | undefined): Promise<Base> {
  if (wanted === 'none') return { composition: undefined, members: [] };
  if (wanted === undefined) return readHead(db, environment);
  const number = await findReleaseOf(db, environment, wanted);
  if (number === undefined) {
    throw new TributaryError('NOT_REGISTERED', `${environment} never had the composition ${wanted}.`);
  }
  return { composition: wanted, members: await readMembers(db, environment, number) };
}

/** A composer that was replaced may refuse what it once composed: then there is nothing to compare with. */
async function composeBase(composer: Composer, members: readonly ReleaseMember[]) {
  if (members.length === 0) return undefined;
  const outcome = await composer.compose(members.map(toKnownMember));
  return outcome.composed ? outcome.composition : undefined;
}

/** A new subgraph can be checked before anybody knows where it will be. */
const SOMEWHERE = 'http://not-known-yet.invalid/graphql';

function toMember(
  { subgraph, sdl, routingUrl }: Check,
  before: ReleaseMember | undefined,
  { revision, now }: { readonly revision: string; readonly now: Date },
): ReleaseMember {
  return {
    id: randomUUIDv7(),
    subgraph,
    digest: revision,
    sdl,
    routing_url: routingUrl ?? before?.routing_url ?? SOMEWHERE,
    commit_id: null,
    author: '',
    created_at: now,
  };
}

function compositionFindings(next: ComposerOutcome): readonly Finding[] {
  if (!next.composed) {
    return next.problems.map(({ code, message, places }) => ({
      severity: 'error',
      rule: `composition/${code}`,
      message,
      places,
    }));
  }
  return next.composition.hints.map((hint) => {
    const [, code = 'HINT', message = hint] = /^(\w+): (.*)$/s.exec(hint) ?? [];
    return { severity: 'notice', rule: `composition/${code}`, message, places: [] };
  });
}

function urlFindings(
  { routing_url, subgraph }: ReleaseMember,
  before: ReleaseMember | undefined,
): readonly Finding[] {
  if (before === undefined || before.routing_url === routing_url) return [];
  const message = `Gateways would reach ${subgraph} at ${routing_url} instead of ${before.routing_url}.`;
  return [{ severity: 'notice', rule: 'federation/ROUTING_URL_CHANGED', message, places: [] }];
}

const DEFAULT_LEVELS: Readonly<Record<LintRule, LintLevel>> = {
  'type-name': 'warning',
  'field-name': 'warning',
  'enum-value-name': 'warning',
  'input-name': 'warning',
  description: 'off',
  'deprecation-reason': 'warning',
};

function lintFindings(
  findings: readonly LintFinding[],
  levels: Readonly<Partial<Record<LintRule, LintLevel>>>,
): readonly Finding[] {
  return findings.flatMap(({ rule, coordinate, message, place }) => {
    const level = levels[rule] ?? DEFAULT_LEVELS[rule];
    return level === 'off'
      ? []
      : [{ severity: level, rule: `lint/${rule}`, coordinate, message, places: [place] }];
  });
}
