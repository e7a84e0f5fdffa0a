/** Prints `N passed, N failed` from the file of Vitest's JSON reporter; a file that could not be loaded is a failure, too. */

import { readFileSync } from 'node:fs'

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

const report = readReport(process.argv[2] ?? '')
if (report) {
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = report.testResults
  const unloaded = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length
  process.stdout.write(`${report.numPassedTests} passed, ${report.numFailedTests + unloaded} failed\n`)
} else {
  process.stderr.write('the tests did not run to their end\n')
  process.stdout.write('0 passed, 1 failed\n')
  process.exitCode = 1
}
