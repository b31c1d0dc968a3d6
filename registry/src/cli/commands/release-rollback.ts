import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayStatus, ReleaseStatus, RollbackAnswer, RollbackBody } from '../../contract/releases.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { parseWhole } from '../parse-command.ts';
import { releasePath } from './release-path.ts';
import { noteLines } from './release-status.ts';

/** Gateways report every five seconds. */
const ASK_EVERY_MS = 500;

export const releaseRollback: Command = {
  name: 'release rollback',
  summary: 'takes a release back and waits until no gateway serves it',
  positionals: ['[release]'],
  options: { reason: { type: 'string' }, wait: { type: 'string' } },
  optionHelp: [
    '--reason <text>  why; it stays with the release',
    '--wait <s>       how long to wait for the gateways, default 30; 0 does not wait',
  ],
  async run({ positionals: [release], options, environment, client }) {
    const waitMs = parseWhole(options.text('wait') ?? '30', '--wait', 0, 3_600) * 1_000;
    const body: RollbackBody = { reason: options.text('reason') };
    const begin = performance.now();
    const path = `${releasePath(environment, release)}/rollback`;
    const answer = await client.json<RollbackAnswer>({ method: 'POST', path, body });
    const elapsedMs = () => performance.now() - begin;

    const statusPath = releasePath(environment, String(answer.release));
    let gateways: GatewayStatus | undefined;
    while (waitMs > 0) {
      ({ gateways } = await client.json<ReleaseStatus>({ method: 'GET', path: statusPath }));
      if (isLeft(gateways)) break;
      if (elapsedMs() >= waitMs) throw notLeft(answer, gateways, waitMs);
      await sleep(Math.min(ASK_EVERY_MS, Math.max(0, waitMs - elapsedMs())));
    }
    const seconds = Math.round(elapsedMs() / 100) / 10;
    return {
      exitCode: EXIT.ok,
      summary: `${summarise(answer)}${gateways ? `; no gateway of ${gateways.seen} serves it after ${seconds} s` : ''}`,
      lines: lines(answer, gateways),
      findings: [],
      data: { ...answer, ...(gateways && { gateways, seconds }) },
    };
  },
};

// Private:

function isLeft({ serving, silent }: GatewayStatus): boolean {
  return serving === 0 && silent === 0;
}

function summarise({ changed, environment, release, state, live }: RollbackAnswer): string {
  const now = live === null ? '' : `, release ${live} is live`;
  return `release ${release} of ${environment} is ${changed ? '' : 'already '}${state}${now}`;
}

function lines(answer: RollbackAnswer, gateways: GatewayStatus | undefined): readonly string[] {
  return [
    ...noteLines('rollback', answer.rollbackNotes),
    ...(answer.givenUp.length === 0 ? [] : [`given up with it: release ${answer.givenUp.join(', ')}`]),
    ...(gateways === undefined || gateways.lost === 0
      ? []
      : [`${gateways.lost} gateways have not reported for a while: if they run, they serve what they had`]),
  ];
}

function notLeft(answer: RollbackAnswer, gateways: GatewayStatus, waitMs: number): CliError {
  const { serving, silent, seen } = gateways;
  return new CliError(
    EXIT.timeout,
    'GATEWAYS_NOT_REACHED',
    `${summarise(answer)}, but after ${waitMs / 1_000} s ${serving} of ${seen} gateways still serve it or have not told (${silent}).`,
    { help: lines(answer, gateways), details: { rollback: answer, gateways } },
  );
}
