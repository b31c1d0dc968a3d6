import { describe, expect, it } from 'vitest';
import { startFleet } from './fleet.ts';

const plan = (name: string, main: string) => ({ name, main, env: {}, readyUrl: 'http://127.0.0.1:9/' });
const deaf = new URL('deaf.fixture.ts', import.meta.url).pathname;

describe('startFleet', () => {
  it('hands over whole lines of stdout and stderr', async () => {
    const lines: string[] = [];

    const fleet = startFleet([plan('missing', '/nowhere/main.ts')], (name, line) =>
      lines.push(`${name}: ${line}`),
    );

    expect(await fleet.firstEnd).toMatchObject({ name: 'missing', reason: 'exit code 1' });
    expect(lines.join('\n')).toContain("missing: Error: Cannot find module '/nowhere/main.ts'");
  });

  it('kills at once those who do not listen', async () => {
    const ready = Promise.withResolvers<void>();
    const fleet = startFleet([plan('deaf', deaf)], () => ready.resolve());
    await ready.promise;

    fleet.kill();

    expect(await fleet.firstEnd).toEqual({ name: 'deaf', reason: 'signal SIGKILL', lastWords: undefined });
  });
});
