import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

/** A whole program: starts telemetry, works, and ends as a server does, by an exit once everything is disposed. */
const PROGRAM = `
  import { startTelemetry, withSpan } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
  const telemetry = startTelemetry({ serviceName: 'orders', serviceVersion: '1.0.0', env: process.env });
  for (let index = 0; index < 1000; index += 1) await withSpan('work', {}, async () => {});
  await telemetry[Symbol.asyncDispose]();
  process.exit();
`;

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', PROGRAM], {
    env: { PATH: process.env.PATH, ...env },
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return Promise.all([exitCode, text(child.stdout), text(child.stderr)]);
}

describe('a process without a collector', () => {
  it('does its work and ends cleanly, with one log line and nothing else', async () => {
    // Port 9 (discard) refuses on any sane machine; a reserved one cannot be taken by another test meanwhile.
    const [exitCode, stdout, stderr] = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([expect.objectContaining({ level: 'warn', reason: 'ECONNREFUSED' })]);
  });

  it('prints nothing at all when telemetry is switched off', async () => {
    expect(await run({ OTEL_SDK_DISABLED: 'true' })).toEqual([0, '', '']);
  });
});
