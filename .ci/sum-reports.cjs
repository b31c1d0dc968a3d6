'use strict';
// Adds up the JSON reports that the runners left in a folder: names what failed, then prints the closing line. Exits
// with 1 when a test or a stage failed, or when nothing ran. CommonJS: it must speak even when no current Node could
// be installed.

const fs = require('node:fs');
const path = require('node:path');

/** Of a message with its stack: what a reader needs to begin. */
const SHOWN_LINES = 12;

const [directory, failedStages] = process.argv.slice(2);
let passed = 0;
let failed = 0;
const failures = [];

for (const file of fs.readdirSync(directory)) {
  const report = JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8'));
  passed += report.numPassedTests;
  for (const suite of report.testResults) {
    for (const test of suite.assertionResults) {
      if (test.status === 'failed') failures.push(told(suite, test.fullName, test.failureMessages));
    }
    // A file that could not even be loaded, or whose set-up failed, has no failed test to count.
    if (suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed')) {
      failed += suite.assertionResults.length === 0 ? 1 : 0;
      failures.push(told(suite, '(the whole file)', [suite.message]));
    }
  }
  // A skipped test is none that passed.
  failed += report.numFailedTests + report.numPendingTests + report.numTodoTests;
}
// A stage that failed without a failed test (lint, an installation) still counts.
if (failed === 0) failed = Number(failedStages);
if (passed === 0 && failed === 0) failed = 1;

if (failures.length > 0) console.log(`\nFailed tests:\n${failures.join('\n')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function told(suite, name, messages) {
  const lines = messages.join('\n').split('\n').slice(0, SHOWN_LINES);
  return [
    `- ${path.relative(process.cwd(), suite.name)}: ${name}`,
    ...lines.map((line) => `    ${line}`),
  ].join('\n');
}
