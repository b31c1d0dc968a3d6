/** A runner for the tests, to be killed: argv is the port of the test. */
import { runFleet } from './run-fleet.ts';

const [, , port = ''] = process.argv;

await runFleet({
  plans: ['left', 'right'].map((name) => ({
    name,
    main: new URL('child.fixture.ts', import.meta.url).pathname,
    env: { NAME: name, TEST_PORT: port },
    readyUrl: `http://127.0.0.1:${port}/never`,
  })),
  screen: { line() {}, status() {} },
  signals: process,
  onReady: async () => {},
  exitAtOnce: () => process.exit(1),
});
process.exit(0);
