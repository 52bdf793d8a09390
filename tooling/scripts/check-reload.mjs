// A built gateway under load is told by SIGHUP to read its configuration anew, a hundred times, good and bad files mixed: no request fails, and what it runs on is the last good one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../bootstrap/machine.mjs'

const reloads = 100
/** With `--workers 4` four processes answer. */
const workers = Number(process.argv[process.argv.indexOf('--workers') + 1] ?? 1) || 1
const folder = mkdtempSync(join(tmpdir(), 'proxyapi-sighup-'))
const file = join(folder, 'gateway.yaml')
const configOf = (round) => `server: { workers: ${workers} }
caching: { enabled: false }
providers: [{ name: ${round % 2 === 0 ? 'even' : 'odd'}, type: demo }]
models: [{ name: any, targets: [${round % 2 === 0 ? 'even' : 'odd'}/echo] }]
routing: { retry: { base_delay_ms: ${round} } }
`
const bad = 'providers: [{ name: demo, wieght: 1 }]\n'

writeFileSync(file, configOf(0))
const child = spawn(
  process.execPath,
  [join(root, 'apps/gateway/dist/cli.js'), 'start', '--config', file, '--port', '0', '--data-dir', folder],
  {
    stdio: ['ignore', 'pipe', 'pipe'],
  },
)
let said = ''
let log = ''
child.stderr.on('data', (bytes) => {
  said += bytes
})
child.stdout.on('data', (bytes) => {
  log += bytes
})
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function until(what, holds) {
  for (let tries = 0; tries < 1_000; tries++) {
    const found = await holds()
    if (found) return found
    await pause(10)
  }
  throw new Error(`${what}:\n${said}\n${log.slice(-4000)}`)
}

const failures = []
let answered = 0
let isOver = false

async function client(url, stream) {
  while (!isOver) {
    const body = JSON.stringify({ model: 'any', stream, messages: [{ role: 'user', content: 'Hello' }] })
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const text = await response.text()
    answered++
    if (response.status !== 200 || !text.includes(stream ? '[DONE]' : 'Hello')) failures.push(`${response.status} ${text.slice(0, 300)}`)
  }
}

try {
  const url = await until('the gateway did not start', () => /http:\/\/\S+/.exec(said)?.[0])
  const figures = async () => {
    const text = await (await fetch(`${url}/metrics/prometheus`)).text()
    const of = (result) => Number(new RegExp(`^config_reloads_total\\{result="${result}"\\} (\\d+)`, 'm').exec(text)?.[1])
    return { success: of('success'), failure: of('failure') }
  }
  const clients = [client(url, false), client(url, false), client(url, true), client(url, true)]
  for (let round = 1; round <= reloads; round++) {
    writeFileSync(file, round % 4 === 0 ? bad : configOf(round))
    child.kill('SIGHUP')
    await until('a reload was not seen', async () => {
      const { success, failure } = await figures()
      return success + failure === round
    })
  }
  isOver = true
  await Promise.all(clients)
  if (failures.length > 0) throw new Error(`${failures.length} of ${answered} requests failed:\n${failures.slice(0, 5).join('\n')}`)
  const { success, failure } = await figures()
  if (success !== 75 || failure !== 25) throw new Error(`expected 75 good and 25 bad reloads, found ${success} and ${failure}`)
  const { effective, takes_restart: waiting } = await (await fetch(`${url}/api/config`)).json()
  if (effective.routing.retry.base_delay_ms !== reloads - 1 || waiting.length > 0)
    throw new Error(`it runs on ${JSON.stringify(effective.routing)}`)
  const refusedLines = () => log.split('\n').filter((line) => line.includes('the one before stays at work'))
  // The log is written behind the answers.
  await until('lines of bad files are missing in the log', () => refusedLines().length >= 25)
  const refused = refusedLines()
  if (refused.length !== 25 || !refused[0].includes('1:27 '))
    throw new Error(`the log says of bad files: ${refused.slice(0, 2).join('\n')}`)
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the gateway ended with ${code}`)
  process.stdout.write(`${answered} requests through ${reloads} reloads, none failed\n`)
} finally {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
