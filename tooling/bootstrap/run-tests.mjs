import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, root } from './machine.mjs'

/** The counts of vitest's own report; a run that left none has failed. */
function readCounts(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    const brokenFiles = report.testResults.filter((result) => result.status === 'failed' && result.assertionResults.length === 0).length
    return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles, skipped: report.numPendingTests }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

/** Runs every test and ends with the line `N passed, N failed`. Gives the exit code. */
export function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-test-'))
  const report = join(folder, 'report.json')
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const result = spawnSync(
    process.execPath,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    { cwd: root, env: environment, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const { passed, failed, skipped } = readCounts(report)
  rmSync(folder, { recursive: true, force: true })
  const broken = failed === 0 && result.status !== 0 ? 1 : 0
  process.stdout.write(`${passed} passed, ${failed + broken} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
  return result.status ?? 1
}
