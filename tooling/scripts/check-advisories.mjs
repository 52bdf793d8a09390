// The advisory gate: no package that ships has a known vulnerability of severity high or critical. Needs the registry's audit endpoint; where there is
// none the check says so and passes, since nothing was learned.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../bootstrap/machine.mjs'

const pnpm = join(root, 'tooling/pnpm/node_modules/pnpm/bin/pnpm.cjs')
const { stdout } = spawnSync(process.execPath, [pnpm, 'audit', '--prod', '--json'], { cwd: root, encoding: 'utf8', timeout: 120_000 })

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const report = parse(stdout ?? '')
if (report?.advisories === undefined) {
  const why = report?.error?.code ?? 'no answer'
  // Only what the registry could not tell is excused.
  if (report !== undefined && report.error === undefined) {
    process.stdout.write(`pnpm audit answered something that is no report: ${(stdout ?? '').slice(0, 300)}\n`)
    process.exit(1)
  }
  process.stdout.write(`note  advisories were not checked: the registry has no audit endpoint here (${why})\n`)
  process.exit(0)
}
const grave = Object.values(report.advisories).filter(({ severity }) => severity === 'high' || severity === 'critical')
if (grave.length > 0) {
  process.stdout.write(
    `${grave.map(({ module_name: name, severity, title, url }) => `${name}: ${severity}, ${title} (${url})`).join('\n')}\n`,
  )
  process.exit(1)
}
process.stdout.write('no advisory of severity high or critical concerns what ships\n')
