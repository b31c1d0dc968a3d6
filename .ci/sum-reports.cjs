'use strict';
// Adds up the JSON reports that the runners left in a folder and prints the closing line. Exits with 1 when a test
// or a stage failed, or when nothing ran. CommonJS: it must speak even when no current Node could be installed.

const fs = require('node:fs');
const path = require('node:path');

const [directory, failedStages] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of fs.readdirSync(directory)) {
  const report = JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8'));
  passed += report.numPassedTests;
  // A file that could not even be loaded has no tests to count, and a skipped test is none that passed.
  const broken = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  );
  failed += report.numFailedTests + report.numPendingTests + report.numTodoTests + broken.length;
}
// A stage that failed without a failed test (lint, an installation) still counts.
if (failed === 0) failed = Number(failedStages);
if (passed === 0 && failed === 0) failed = 1;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
