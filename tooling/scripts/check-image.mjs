// Follows the Dockerfile by hand, starts what comes out as the container would, and holds that nothing is missing in it: it answers, it is healthy
// by its own check, its response cache reaches the disk, and every optional package of ours (the drivers of SQLite and Redis) can be loaded.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.mjs'
import { buildImage } from './image/build.mjs'

const key = 'key-of-the-image'
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

async function until(what, attempt) {
  for (let tries = 0; tries < 150; tries++) {
    const found = await attempt().catch(() => undefined)
    if (found !== undefined) return found
    await sleep(100)
  }
  throw new Error(`the image: ${what} did not happen within 15 s`)
}

/** Packages that ours load only where somebody installed them: an image has them all. */
function checkOptionalPackages({ app, env }) {
  for (const name of readdirSync(join(app, 'packages'))) {
    const folder = join(app, 'packages', name)
    const { peerDependenciesMeta = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    for (const peer of Object.keys(peerDependenciesMeta)) {
      const script = `await import(${JSON.stringify(peer)})`
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env, encoding: 'utf8' })
      if (status !== 0) throw new Error(`the image: ${peer} can't be loaded by packages/${name}\n${stderr}`)
      process.stdout.write(`packages/${name} loads ${peer}\n`)
    }
  }
}

async function ask(base) {
  const body = JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }], temperature: 0 })
  const response = await fetch(`${base}/v1/chat/completions`, { method: 'POST', headers, body })
  const answer = await response.json()
  if (answer.choices?.[0]?.message?.content !== 'Hello') throw new Error(`the image: unexpected answer ${JSON.stringify(answer)}`)
}

/** The disk holds an answer that was asked for more than once. */
async function diskLevel(base) {
  await ask(base)
  const response = await fetch(`${base}/api/cache`, { headers })
  const { levels } = await response.json()
  return levels.find(({ level, state, entries }) => level === 'disk' && state === 'up' && entries > 0)
}

function checkHealth({ healthcheck: [program, ...args], app }, env) {
  const { status, stderr } = spawnSync(program, args, { cwd: app, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the image: its health check ended with ${status}\n${stderr}`)
}

async function checkRunning(image, env) {
  const [program, ...args] = image.command
  const child = spawn(program, args, { cwd: image.app, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes))
  const exit = once(child, 'exit')
  try {
    const base = `http://127.0.0.1:${env.PORT}`
    await until('an answer', async () => ((await fetch(`${base}/health/live`)).ok ? true : undefined))
    checkHealth(image, env)
    await ask(base)
    const { entries, bytes } = await until('a cached answer on the disk', () => diskLevel(base))
    process.stdout.write(`the cache's disk level is up: ${entries} entries, ${bytes} bytes\n`)
    child.kill('SIGTERM')
    const [code] = await exit
    if (code !== 0) throw new Error(`the image ended with ${code}`)
  } catch (error) {
    process.stderr.write(said)
    throw error
  } finally {
    child.kill('SIGKILL')
  }
}

const folder = mkdtempSync(join(tmpdir(), 'proxyapi-image-'))
try {
  const image = buildImage(folder)
  const own = { PATH: process.env.PATH, ...image.env }
  checkOptionalPackages({ app: image.app, env: own })
  // What an operator mounts: a configuration with a key, for it listens beyond this machine.
  const config = join(folder, 'gateway.yaml')
  writeFileSync(config, `auth: { api_keys: [{ name: operator, key: ${key}, role: admin }] }\n`)
  await checkRunning(image, { ...own, PORT: String(await freePort()), PROXYAPI_CONFIG: config })
  process.stdout.write('the image answers, is healthy, keeps its cache on the disk, and stops cleanly\n')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
