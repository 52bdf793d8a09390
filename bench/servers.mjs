// Starts the servers of the bench, each pinned to a core where `taskset` is there, and reads what they cost.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const here = dirname(fileURLToPath(import.meta.url))
export const root = dirname(here)
export const isPinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0
const portkeyScript = join(here, 'node_modules/@portkey-ai/gateway/build/start-server.js')

const running = new Set()
const folders = new Set()

export function stopAll() {
  for (const { child } of running) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  running.clear()
  folders.clear()
}
process.on('exit', stopAll)

export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-bench-'))
  folders.add(folder)
  return folder
}

/** Installs what the bench compares with (undici, Portkey) beside it. False where that can't be done. */
export function installPeers() {
  if (existsSync(join(here, 'node_modules'))) return true
  return spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here, stdio: ['ignore', 2, 2] }).status === 0
}

/** Puts this process and the upstream on one core; the servers have the other to themselves. */
export function pinSelf() {
  if (isPinned) spawnSync('taskset', ['-acp', '1', String(process.pid)])
}

// Nothing of the caller's environment reaches a server: a provider's key would enable that provider.
const environment = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' }

/** Starts a Node program; its address is the first one that it prints. Its standard output is read to the first line or thrown away. */
export async function start(args, { node = process.execPath, core = 0, env = {}, addressOn = 'stdout', url, ipc = false } = {}) {
  const command = isPinned ? ['taskset', '-c', String(core), node, ...args] : [node, ...args]
  const startedAt = performance.now()
  const child = spawn(command[0], command.slice(1), {
    stdio: ['ignore', addressOn === 'stdout' ? 'pipe' : 'ignore', 'pipe', ...(ipc ? ['ipc'] : [])],
    env: { ...environment, ...env },
  })
  const server = { child, pid: child.pid, url, port: 0, startMs: 0 }
  running.add(server)
  child.once('exit', () => running.delete(server))
  let said = ''
  child.stderr.on('data', (bytes) => {
    if (said.length < 20_000) said += bytes
  })
  if (addressOn !== 'stderr')
    child.stdout?.on('data', (bytes) => {
      if (said.length < 20_000) said += bytes
    })
  for (const end = startedAt + 30_000; server.url === undefined; ) {
    server.url = /listens on (http:\/\/\S+)/.exec(said)?.[1]
    if (server.url !== undefined) break
    if (child.exitCode !== null || performance.now() > end) throw new Error(`${args.join(' ')} did not start:\n${said}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  server.startMs = performance.now() - startedAt
  server.port = Number(new URL(server.url).port)
  return server
}

export const startUpstream = (options) => start([join(here, 'upstream.mjs')], { ...options, core: 1 })
export const startPassThrough = (upstream, options) => start([join(here, 'pass-through.mjs'), upstream.url], options)
export const startBare = (body, options) => {
  const file = join(makeFolder(), 'body.json')
  writeFileSync(file, body)
  return start([join(here, 'bare.mjs'), file], options)
}

/**
 * The built gateway as `npm start` runs it: the default configuration and one provider, a fresh data folder, log lines to a file
 * that keeps nothing.
 */
export function startGateway(upstream, { nodeArgs = [], moreConfig = '', ...options } = {}) {
  const folder = makeFolder()
  const config = join(folder, 'gateway.yaml')
  writeFileSync(
    config,
    `server: { port: 0 }\nproviders: [{ name: bench, type: openai_compatible, base_url: "${upstream.url}/v1", models: ["*"] }]\n${moreConfig}`,
  )
  const script = join(root, 'apps/gateway/dist/cli.js')
  if (!existsSync(script)) throw new Error('The gateway is not built: run `npm run build` first.')
  const args = [...nodeArgs, script, 'start', '--config', config, '--data-dir', join(folder, 'data')]
  return start(args, { ...options, addressOn: 'stderr' })
}

/** A gateway that counts or profiles itself; `probe` sends an order and gives the answer (tooling/scripts/hot-path/probe.mjs). */
export async function startProbed(upstream, { nodeArgs = [], ...options } = {}) {
  const preload = join(root, 'tooling/scripts/hot-path/preload.cjs')
  const server = await startGateway(upstream, { ...options, nodeArgs: ['--require', preload, ...nodeArgs], ipc: true })
  const ask = (order) =>
    new Promise((resolve, reject) => {
      server.child.once('message', resolve)
      server.child.once('exit', () => reject(new Error('the gateway has ended')))
      server.child.send(order)
    })
  return { ...server, probe: ask }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** The published Portkey gateway, or nothing where it is not installed. */
export async function startPortkey(options) {
  if (!existsSync(portkeyScript)) return undefined
  const port = await freePort()
  const startedAt = performance.now()
  const server = await start([portkeyScript, `--port=${port}`, '--headless'], { ...options, url: `http://127.0.0.1:${port}` })
  for (let tries = 0; tries < 400; tries++) {
    const isUp = await fetch(server.url, { signal: AbortSignal.timeout(500) }).then(() => true, () => false)
    server.startMs = performance.now() - startedAt
    if (isUp) return server
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('Portkey did not start')
}

const microsPerTick = 1e6 / Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout || 100)

/** User and system time of all threads of a process, in microseconds. Linux alone tells it. */
export function cpuMicros({ pid }) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // Fields are counted after the name, which stands in brackets and may hold spaces: utime is the 12th, stime the 13th.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * microsPerTick
}

const megabytes = (pid, field) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
export const rssMb = ({ pid }) => megabytes(pid, 'VmRSS')
export const peakRssMb = ({ pid }) => megabytes(pid, 'VmHWM')
