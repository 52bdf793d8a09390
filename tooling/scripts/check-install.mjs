// The packed gateway, installed by npm into an empty folder without any install script, so without a compiled driver of the disk cache: it says its version,
// starts, answers, keeps its records, goes on without that level of the cache, and stops cleanly.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { environment, pnpmScript, root } from '../bootstrap/machine.mjs'
import { freePort } from './free-port.mjs'

const folders = ['packages/core', 'packages/context', 'packages/logging', 'packages/server', 'apps/gateway']

function run(command, args, cwd) {
  const result = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
  return result.stdout.trim()
}

function install(folder) {
  for (const one of folders) run(process.execPath, [pnpmScript, 'pack', '--pack-destination', folder], join(root, one))
  const packs = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  const own = Object.fromEntries(packs.map((file) => [`@proxyapi/${/proxyapi-(\w+)-/.exec(file)[1]}`, `file:${join(folder, file)}`]))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true, dependencies: own, overrides: own }))
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], folder)
}

async function ask(base) {
  const body = JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] })
  const response = await fetch(`${base}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { choices } = await response.json()
  if (choices?.[0]?.message?.content !== 'Hello') throw new Error(`an unexpected answer of status ${response.status}`)
}

async function until(what, attempt) {
  for (let tries = 0; tries < 200; tries++) {
    if (await attempt().catch(() => false)) return
    await sleep(100)
  }
  throw new Error(`${what}: not within 20 s`)
}

async function checkRunning(folder) {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const program = join(folder, 'node_modules/@proxyapi/gateway/dist/cli.js')
  const child = spawn(process.execPath, [program, 'start', '--port', String(port), '--data-dir', join(folder, 'data')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes))
  const exit = once(child, 'exit')
  try {
    await until('the gateway starts', async () => (await fetch(`${base}/health/live`)).ok)
    await ask(base)
    await until('the records have the request', async () => (await (await fetch(`${base}/api/requests`)).json()).requests.length > 0)
    const { levels } = await (await fetch(`${base}/api/cache`)).json()
    process.stdout.write(`levels of the cache: ${levels.map(({ level, state }) => `${level} ${state}`).join(', ')}\n`)
    await ask(base)
    child.kill('SIGTERM')
    const [code] = await exit
    if (code !== 0) throw new Error(`the gateway ended with ${code}`)
  } catch (error) {
    process.stderr.write(said)
    throw error
  } finally {
    child.kill('SIGKILL')
  }
}

const folder = mkdtempSync(join(tmpdir(), 'proxyapi-install-'))
try {
  install(folder)
  const version = run('npx', ['--no-install', 'proxyapi', '--version'], folder)
  if (!/\d+\.\d+\.\d+/.test(version)) throw new Error(`proxyapi --version said ${JSON.stringify(version)}`)
  await checkRunning(folder)
  process.stdout.write('the packed gateway installs, starts, answers and stops\n')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
