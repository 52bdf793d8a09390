#!/usr/bin/env node
// Measures the built package with the shared scorer, and prints the README's table: `npx tsup && node bench/evaluate.mjs [options of the scorer]`.
// The scorer and its data lie beside the checkout, at ../shared/condense-eval (or where CONDENSE_EVAL says).
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const here = import.meta.dirname
const folder = process.env['CONDENSE_EVAL'] ?? path.resolve(here, '../../../../shared/condense-eval')
if (!existsSync(path.join(folder, 'score.mjs'))) {
  console.log(`Nothing to measure with: there is no scorer at ${folder}. Set CONDENSE_EVAL to its folder.`)
  process.exit(0)
}

const scratch = mkdtempSync(path.join(tmpdir(), 'condense-'))
const out = path.join(scratch, 'result.json')
const adapter = path.join(here, 'adapter.mjs')
const options = ['--module', adapter, '--out', out, '--label', '@proxyapi/context', ...process.argv.slice(2)]
const { status } = spawnSync(process.execPath, [path.join(folder, 'score.mjs'), ...options], {
  cwd: path.join(here, '..'),
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)
const result = JSON.parse(readFileSync(out, 'utf8'))
rmSync(scratch, { recursive: true })

const sets = Object.values(result.sets)
const budgets = [10, 20, 30, 50]
const mean = (values) => (values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length)
const over = (key) => mean(sets.flatMap((set) => set[key] ?? []))
/** Facts are the mean over conversations, not over sets, as in the scorer. */
const byCase = (key) => mean(sets.flatMap((set) => (set[key] === undefined ? [] : Array(set.cases).fill(set[key]))))
const percent = (value) => (value === undefined ? '' : (100 * value).toFixed(1))
const row = (name, valueAt) => `| ${name} | ${budgets.map((budget) => percent(valueAt(budget))).join(' | ')} |`

console.log(`\n| share of ... at | ${budgets.map((budget) => `${budget} %`).join(' | ')} |\n|---|${budgets.map(() => '---|').join('')}`)
console.log(row('questions still answerable, the question being known', (budget) => over(`awr_all@${budget}`)))
console.log(row('questions still answerable, asked afterwards', (budget) => over(`agn_all@${budget}`)))
console.log(row("facts that the rest of an agent's run needs", (budget) => byCase(`facts@${budget}`)))
console.log(row('names, numbers, identifiers and links', (budget) => over(`item_all@${budget}`)))
console.log(row('those told more than once', (budget) => over(`item_key@${budget}`)))
for (const [name, set] of Object.entries(result.sets)) {
  const parts = [
    ['answerable, known', 'awr_all'],
    ['answerable, afterwards', 'agn_all'],
    ['facts', 'facts'],
  ]
  for (const [what, key] of parts)
    if (set[`${key}@20`] !== undefined) console.log(row(`${name}: ${what}`, (budget) => set[`${key}@${budget}`]))
}
const rouge = Object.entries(result.sets).flatMap(([name, set]) =>
  set['gen_r1f@256'] === undefined ? [] : [`${name} ${percent(set['gen_r1f@256'])}`],
)
console.log(`\nROUGE-1 F1 of 256 tokens against reference summaries: ${rouge.join(', ')}`)
if (result.checks)
  console.log(`Checks: ${result.checks.passed} of ${result.checks.total}; message lists ${result.checks.structured_outputs} of 6`)
console.log(`Total at 20 %: ${result.total}; over budget: ${result.calls.over_budget} of ${result.calls.n}`)
