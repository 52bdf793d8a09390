// Proves that a load test reports what happened: its requests and its rate, as the provider that it asks has seen them, within 2 %.
//   node tooling/scripts/check-load-test.mjs [--seconds 60] [--rps 20]
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { root } from '../bootstrap/machine.mjs'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, rps: { type: 'string', default: '20' } } })
const seconds = Number(values.seconds)
const rps = Number(values.rps)
const latencyMs = 100
const tolerance = 0.02

/** A provider that notes when each request came, and answers after a known time. */
const seenAtMs = []
const choices = [{ index: 0, message: { role: 'assistant', content: 'An answer.' }, finish_reason: 'stop' }]
const usage = { prompt_tokens: 20, completion_tokens: 3, total_tokens: 23 }
const answer = JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage })
const provider = createServer((request, response) => {
  seenAtMs.push(performance.now())
  request.resume()
  setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(answer), latencyMs)
})
await new Promise((resolve) => provider.listen(0, '127.0.0.1', resolve))

const folder = mkdtempSync(join(tmpdir(), 'proxyapi-load-test-'))
const baseUrl = `http://127.0.0.1:${provider.address().port}/v1`
const models = [{ id: 'm', input_usd_per_million: 0, output_usd_per_million: 0 }]
const config = { providers: [{ name: 'known', type: 'openai_compatible', base_url: baseUrl, models }] }
writeFileSync(join(folder, 'gateway.json'), JSON.stringify(config))
const args = [join(root, 'apps/gateway/dist/cli.js'), 'load-test', '--config', join(folder, 'gateway.json'), '--json']
const flags = ['--models', 'known/m', '--rps', String(rps), '--duration', String(seconds)]
const child = spawn(process.execPath, [...args, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
let out = ''
child.stdout.on('data', (bytes) => {
  out += bytes
})
await new Promise((resolve) => child.once('exit', resolve))
await sleep(latencyMs)
provider.close().closeAllConnections()
rmSync(folder, { recursive: true, force: true })

const report = JSON.parse(out)
/** Between the first and the last there is one interval less than there are requests. */
const seenRps = ((seenAtMs.length - 1) * 1000) / (seenAtMs.at(-1) - seenAtMs[0])
const differs = (told, seen) => Math.abs(told - seen) / seen > tolerance
const problems = [
  ...(report.completed === seenAtMs.length ? [] : [`${report.completed} answered, ${seenAtMs.length} seen`]),
  ...(differs(report.throughput_rps, seenRps) ? [`${report.throughput_rps} requests a second reported, ${seenRps.toFixed(2)} seen`] : []),
  ...(report.latency_ms.p50 >= latencyMs ? [] : [`a median of ${report.latency_ms.p50} ms, and each took ${latencyMs}`]),
]
process.stdout.write(`reported: ${report.completed} requests, ${report.throughput_rps} a second, p50 ${report.latency_ms.p50} ms\n`)
process.stdout.write(`seen:     ${seenAtMs.length} requests, ${seenRps.toFixed(2)} a second, each answered after ${latencyMs} ms\n`)
for (const problem of problems) process.stdout.write(`FAIL  ${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
