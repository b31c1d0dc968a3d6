import type { Finding, Severity } from '../contract/check.ts';
import type { KnownOperation, UsageReport } from '../domain/usage.ts';
import { type Judged, judge } from '../domain/verdict.ts';
import type { ApiChange } from '../schema/api-changes.ts';
import type { CoordinatePlaces, SubgraphReview } from '../schema/review-subgraph.ts';
import type { SchemaWorkers } from '../thread/schema-workers.ts';
import type { ManifestSource, UsageSource } from './evidence.ts';

export interface JudgeParts {
  readonly workers: SchemaWorkers;
  readonly usage: UsageSource;
  readonly manifests: ManifestSource;
  readonly tolerableShare: number;
}

export interface JudgeRequest {
  readonly environment: string;
  readonly allowInconclusive: boolean;
}

export interface Changes {
  readonly changes: readonly ApiChange[];
  readonly review: SubgraphReview;
  /** What clients see before the change. */
  readonly apiSdl: string;
}

/** Each change by which somebody could be hurt: of the API schema, and between subgraph and gateways. */
export async function breakingFindings(
  parts: JudgeParts,
  { environment, allowInconclusive }: JudgeRequest,
  { changes, review, apiSdl }: Changes,
): Promise<readonly Finding[]> {
  const breaking = [...changes, ...review.federation].filter(({ level }) => level === 'breaking');
  const wanted = [...new Set(breaking.flatMap(({ hurts }) => hurts))];
  const evidence = await gather(parts, environment, apiSdl, wanted);
  const severityOf = (verdict: Judged): Severity => {
    if (verdict.kind === 'safe') return 'notice';
    return verdict.kind === 'inconclusive' && allowInconclusive ? 'warning' : 'error';
  };

  const toFinding = (prefix: string, change: Change): Finding => {
    const places = review.places.get(change.coordinate);
    const common = {
      rule: `${prefix}/${change.type}`,
      coordinate: change.coordinate,
      message: withOldPlace(change.message, places),
      places: places === undefined ? [] : [places.now],
    };
    if (change.level !== 'breaking') {
      return { severity: change.level === 'notice' ? 'notice' : 'warning', ...common };
    }
    const verdict = judge({
      hurts: change.hurts,
      usage: evidence.usage,
      apps: evidence.appsUsing(change.hurts),
      tolerableShare: parts.tolerableShare,
    });
    return { severity: severityOf(verdict), ...common, verdict };
  };
  return [
    ...changes.map((change) => toFinding(change.level, change)),
    ...review.federation.map((change) => toFinding('federation', change)),
  ];
}

// Private:

interface Change {
  readonly type: string;
  readonly level: string;
  readonly coordinate: string;
  readonly message: string;
  readonly hurts: readonly string[];
}

interface Evidence {
  readonly usage: UsageReport;
  appsUsing(coordinates: readonly string[]): readonly string[];
}

async function gather(
  { workers, usage, manifests }: JudgeParts,
  environment: string,
  apiSdl: string,
  wanted: readonly string[],
): Promise<Evidence> {
  if (wanted.length === 0) return { usage: { samples: 0, uses: new Map() }, appsUsing: () => [] };
  const [report, operations] = await Promise.all([
    usage.read(environment, wanted),
    manifests.operations(environment),
  ]);
  const uses =
    operations.length === 0
      ? new Map<string, readonly string[]>()
      : await workers.perform('operationCoordinates', { apiSdl, operations: operations.map(plain), wanted });
  return {
    usage: report,
    appsUsing: (coordinates) => [
      ...new Set(
        operations
          .filter(({ id }) => uses.get(id)?.some((coordinate) => coordinates.includes(coordinate)) === true)
          .map(({ usedBy, name }) => `${usedBy} (${name})`),
      ),
    ],
  };
}

function plain({ id, body }: KnownOperation) {
  return { id, body };
}

function withOldPlace(message: string, places: CoordinatePlaces | undefined): string {
  return places?.was === undefined
    ? message
    : `${message} It was in line ${places.was.line} of what is published.`;
}
