#!/usr/bin/env node
import process from 'node:process';
import { run } from './run.ts';

const { exitCode, stdout, stderr } = await run({
  argv: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
});
// Set, not called: a pipe that is still full is emptied first.
process.exitCode = exitCode;
if (stderr !== '') process.stderr.write(stderr);
if (stdout !== '') process.stdout.write(stdout);
