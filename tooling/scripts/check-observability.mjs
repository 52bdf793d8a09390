// Proves that a real Prometheus takes our metrics, that every panel of the dashboards shows something after a workload, and that the alert
// rules are good. Without flags it watches a workload of its own; with --gateway the built gateway under load; with --url a gateway that
// somebody else keeps busy meanwhile.
//   node tooling/scripts/check-observability.mjs [--gateway] [--url http://127.0.0.1:8000/metrics/prometheus] [--key KEY] [--seconds 15]
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { root } from '../bootstrap/machine.mjs'
import { key as gatewayKey, startGateway } from './observability/gateway.mjs'
import { hasProgram, startPrometheus } from './observability/prometheus.mjs'
import { startExposition } from './observability/workload.mjs'

const options = {
  gateway: { type: 'boolean', default: false },
  url: { type: 'string' },
  key: { type: 'string' },
  seconds: { type: 'string', default: '15' },
}
const { values: flags } = parseArgs({ options })
const key = flags.gateway ? gatewayKey : flags.key
const rules = join(root, 'deploy/prometheus/alerts.yml')
const dashboards = join(root, 'deploy/grafana/dashboards')

let failures = 0
function report(name, problem) {
  if (problem === undefined) process.stdout.write(`ok    ${name}\n`)
  else {
    failures++
    process.stdout.write(`FAIL  ${name}: ${problem}\n`)
  }
}

function promtool(name, args, input) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  report(name, status === 0 ? undefined : `${stdout}${stderr}`.trim())
}

async function checkText(url) {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const answer = await fetch(url, { headers })
  report('the exposition answers', answer.ok ? undefined : `status ${answer.status}`)
  promtool('promtool check metrics', ['check', 'metrics'], await answer.text())
}

/** Grafana's variables as they stand when nothing is chosen. */
function toQuery(expr) {
  return expr.replaceAll('$__rate_interval', '10s').replaceAll(/\$(provider|endpoint)\b/g, '.*')
}

function queriesOf(file) {
  const { title, panels } = JSON.parse(readFileSync(join(dashboards, file), 'utf8'))
  return panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ expr, legendFormat }) => ({
      name: `${title}: ${panel.title}${legendFormat === '' ? '' : ` (${legendFormat})`}`,
      query: toQuery(expr),
    })),
  )
}

async function problemOf(prometheus, query) {
  try {
    const { result } = await prometheus.api('query', { query })
    if (result.length === 0) return 'no data'
    return result.some(({ value: [, value] }) => Number.isFinite(Number(value))) ? undefined : 'nothing but NaN'
  } catch (error) {
    return error.message
  }
}

/** Every panel shows something, but for what this machine can't have, which is said. */
async function checkPanels(prometheus, lacks) {
  for (const { name, query } of readdirSync(dashboards).flatMap(queriesOf)) {
    const lacked = Object.keys(lacks).find((metric) => query.includes(metric))
    if (lacked === undefined) report(name, await problemOf(prometheus, query))
    else process.stdout.write(`note  ${name}: not looked at, ${lacks[lacked]}\n`)
  }
}

async function checkPrometheus(prometheus) {
  const { activeTargets } = await prometheus.api('targets')
  for (const { health, lastError } of activeTargets)
    report('Prometheus scrapes without an error', health === 'up' ? undefined : lastError || health)
  const { groups } = await prometheus.api('rules')
  for (const rule of groups.flatMap((group) => group.rules)) {
    report(`alert rule ${rule.name}`, rule.health === 'ok' ? undefined : rule.lastError || rule.health)
  }
  const now = Date.now() / 1000
  const query = 'http_request_duration_seconds_bucket'
  const exemplars = await prometheus.api('query_exemplars', { query, start: String(now - 300), end: String(now) })
  if (flags.url === undefined && !flags.gateway) report('exemplars carry trace ids', exemplars.length > 0 ? undefined : 'there are none')
  report('Prometheus has nothing to warn of', prometheus.warnings().length === 0 ? undefined : prometheus.warnings().join('\n'))
}

async function main() {
  if (!hasProgram('promtool') || !hasProgram('prometheus')) {
    process.stdout.write('skipped: prometheus and promtool are not installed\n')
    return
  }
  promtool('promtool check rules', ['check', 'rules', '--lint-fatal', rules])
  promtool('promtool test rules', ['test', 'rules', join(root, 'deploy/prometheus/alerts.test.yml')])
  promtool('promtool check config', ['check', 'config', '--syntax-only', join(root, 'deploy/prometheus/prometheus.yml')])
  const own = flags.gateway ? await startGateway() : flags.url === undefined ? await startExposition() : undefined
  const target = own?.url ?? flags.url
  try {
    const prometheus = await startPrometheus({ target, key, rules })
    try {
      await sleep(Number(flags.seconds) * 1000)
      await checkText(target)
      await checkPanels(prometheus, own?.lacks ?? {})
      await checkPrometheus(prometheus)
    } finally {
      await prometheus.close()
    }
  } finally {
    await own?.close()
  }
  process.stdout.write(failures === 0 ? 'all good\n' : `${failures} failed\n`)
  process.exitCode = failures === 0 ? 0 : 1
}

await main()
