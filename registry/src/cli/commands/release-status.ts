import type {
  AttestationStatus,
  ReleaseList,
  ReleaseStatus,
  ReleaseSummary,
} from '../../contract/releases.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { canaryText } from './canary-text.ts';
import { releasePath } from './release-path.ts';
import { reportLines } from './report-text.ts';
import { environmentPath, short } from './subgraph-path.ts';

export const releaseStatus: Command = {
  name: 'release status',
  summary: 'says what is served, what takes traffic and what waits for what',
  positionals: ['[release]'],
  options: {},
  optionHelp: [],
  async run({ positionals: [release], environment, client }) {
    if (release !== undefined) {
      const path = releasePath(environment, release);
      const status = await client.json<ReleaseStatus>({ method: 'GET', path });
      const { seen, serving, silent, lost } = status.gateways;
      return {
        exitCode: EXIT.ok,
        summary: `${environment}: release ${status.release} is ${stateText(status)}`,
        lines: [
          ...describeRelease(status),
          `gateways ${serving} of ${seen} serve it${silent > 0 ? `, ${silent} have not told since` : ''}${lost > 0 ? `, ${lost} lost` : ''}`,
        ],
        findings: [],
        data: status,
      };
    }
    const path = `${environmentPath(environment)}/releases?limit=200`;
    const list = await client.json<ReleaseList>({ method: 'GET', path });
    const active = list.releases.filter(({ state }) => ['waiting', 'canary', 'live'].includes(state));
    return {
      exitCode: EXIT.ok,
      summary:
        active.length === 0 ? `${environment} has no release yet` : `${environment}: ${summarise(active)}`,
      lines: active.flatMap((one) => [
        `release ${one.release} ${stateText(one)} since ${one.stateSince}`,
        ...describeRelease(one).map((line) => `  ${line}`),
      ]),
      findings: [],
      data: list,
    };
  },
};

/** `waiting 1/2`, `canary 10 %`. */
export function stateText({
  state,
  share,
  attestation = [],
}: Pick<ReleaseSummary, 'state' | 'share' | 'attestation'>): string {
  if (state === 'canary') return `canary ${share} %`;
  const open = attestation.filter(({ isAttested }) => !isAttested);
  return open.length === 0 ? state : `${state} ${open.map(progressText).join(', ')}`;
}

export function changeText({ cause, subgraph, revision, commit, author }: ReleaseSummary): string {
  const what = subgraph === null ? cause : `${cause} of ${subgraph}`;
  const which = revision === null ? '' : ` ${short(revision)}`;
  return `${what}${which}${commit === null ? '' : ` from ${commit}`}${author === null ? '' : ` by ${author}`}`;
}

// Private:

function summarise(active: readonly ReleaseSummary[]): string {
  return active.map((release) => `release ${release.release} ${stateText(release)}`).join(', ');
}

function describeRelease(release: ReleaseSummary): readonly string[] {
  return [
    changeText(release),
    `composition ${release.composition}`,
    ...(release.attestation ?? []).filter(({ isAttested }) => !isAttested).map(waitText),
    ...noteLines('rollout', release.rolloutNotes),
    ...noteLines('rollback', release.rollbackNotes),
    ...(release.canary === undefined ? [] : [canaryText(release.canary)]),
    ...(release.report === null ? [] : reportLines(release.report)),
  ];
}

export function noteLines(kind: 'rollout' | 'rollback', notes: string | null): readonly string[] {
  return notes === null ? [] : [`${kind} notes: ${notes}`];
}

function progressText({ attesting, replicas }: AttestationStatus): string {
  return `${attesting}/${replicas}`;
}

function waitText({ subgraph, revision, attesting, replicas }: AttestationStatus): string {
  const who = replicas === 0 ? 'no replica of it lives' : `${attesting} of ${replicas} replicas serve it`;
  return `waits for ${subgraph} ${short(revision)}: ${who}`;
}
