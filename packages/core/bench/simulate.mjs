// Runs the built engine through many random scenarios and checks each run against every invariant.
// Usage: node packages/core/bench/simulate.mjs [seeds=1000] [first seed=0] [requests a seed=100]
import { drawScenario, simulate } from '../dist/testing.js'

const [seeds = 1_000, first = 0, requests = 100] = process.argv.slice(2).map(Number)
const cpuBefore = process.cpuUsage()
let failed = 0
let callers = 0
let attempts = 0
let virtualMs = 0

for (let seed = first; seed < first + seeds; seed++) {
  const report = await simulate({ seed, requests, ...drawScenario(seed) })
  callers += report.clients.length
  attempts += report.upstreamCalls.length
  virtualMs += report.virtualMs
  if (report.violations.length === 0) continue
  failed++
  for (const { invariant, what } of report.violations.slice(0, 3)) console.log(`seed ${seed}: ${invariant}: ${what}`)
}

const { user, system } = process.cpuUsage(cpuBefore)
const hours = (virtualMs / 3_600_000).toFixed(1)
console.log(
  `${seeds} seeds from ${first}, ${callers} callers, ${attempts} upstream calls, ${hours} virtual hours in ${((user + system) / 1e6).toFixed(1)} s of CPU`,
)
console.log(`${seeds - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
