import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { explainCommand } from './command.ts';

// npm runs a script in the folder of its package.json; INIT_CWD is where the person stands.
const folder = process.env.INIT_CWD ?? '.';

const { exitCode, stdout, stderr } = await explainCommand(process.argv.slice(2), (file) =>
  readFile(resolve(folder, file), 'utf8'),
);
// The process ends by itself: exiting would cut off what a pipe has not taken yet.
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
