// Runs examples/edge on workerd, the runtime of Cloudflare Workers, from the built packages: no module of Node is in the bundle, a streamed call goes over to
// another provider when the first fails or is silent, and many at once don't get into each other's way.
//   node tooling/scripts/check-edge.mjs
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'tsup'
import { root } from '../bootstrap/machine.mjs'
import { freePort } from './free-port.mjs'

const workerdVersion = '1.20260730.1'
const tools = join(homedir(), '.cache/proxyapi-tools', `workerd-${workerdVersion}`)
const work = mkdtempSync(join(tmpdir(), 'proxyapi-edge-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

let failures = 0
function report(name, problem) {
  if (problem !== undefined) failures++
  process.stdout.write(problem === undefined ? `ok    ${name}\n` : `FAIL  ${name}: ${problem}\n`)
}

function installWorkerd() {
  const program = join(tools, 'node_modules/.bin/workerd')
  if (existsSync(program)) return program
  mkdirSync(tools, { recursive: true })
  spawnSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', tools, `workerd@${workerdVersion}`])
  return existsSync(program) ? program : undefined
}

/** One file, for a platform that has no modules of its own. Fails where something of Node's is imported. */
async function bundle() {
  const alias = Object.fromEntries(
    ['', '/dialects'].map((path) => [`@proxyapi/core${path}`, join(root, `packages/core/dist/${path.slice(1) || 'index'}.js`)]),
  )
  await build({
    ...{ entry: { worker: join(root, 'examples/edge/worker.ts') }, outDir: work, config: false, silent: true, dts: false },
    ...{
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      minify: true,
      splitting: false,
      noExternal: [/./],
      outExtension: () => ({ js: '.js' }),
    },
    esbuildOptions: (options) => {
      options.alias = alias
    },
  })
}

/** Providers: one that answers, one that refuses, one that says nothing. */
async function startUpstream() {
  const seen = { good: 0, bad: 0, silent: 0 }
  const server = createServer(async (request, response) => {
    const [, name] = request.url.split('/')
    seen[name]++
    for await (const _ of request);
    if (name === 'silent') return
    if (name === 'bad') {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"message":"no","type":"server_error"}}')
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const event = (delta, finish) => {
      const choices = [{ index: 0, delta, finish_reason: finish ?? null }]
      response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`)
    }
    event({ role: 'assistant', content: '' })
    for (const word of ['over', ' the', ' edge']) {
      event({ content: word })
      await sleep(5)
    }
    event({}, 'stop')
    response.end('data: [DONE]\n\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { seen, base: `http://127.0.0.1:${server.address().port}`, stop }
}

const text = (value) => JSON.stringify(value)

/** Starts the worker with its providers; its own network reaches this machine. */
async function startWorker(program, { providers, targets }) {
  const port = await freePort()
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .worker), (name = "net", network = (allow = ["public", "private", "local"])) ],
  sockets = [ (name = "http", address = "127.0.0.1:${port}", http = (), service = "main") ],
);
const worker :Workerd.Worker = (
  modules = [ (name = "worker", esModule = embed "worker.js") ],
  compatibilityDate = "2026-01-01",
  globalOutbound = "net",
  bindings = [ (name = "PROVIDERS", text = ${text(JSON.stringify(providers))}), (name = "TARGETS", text = ${text(targets.join(','))}) ],
);
`
  const file = join(work, `${port}.capnp`)
  writeFileSync(file, config)
  const child = spawn(program, ['serve', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes))
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(url).then(
        ({ status }) => status === 404,
        () => false,
      )
    )
      return { url, said: () => said, stop: () => child.kill('SIGKILL') }
    await sleep(50)
  }
  child.kill('SIGKILL')
  throw new Error(`the worker did not start: ${said}`)
}

async function ask({ url }, stream = true) {
  const body = JSON.stringify({ model: 'assistant', stream, messages: [{ role: 'user', content: 'Hello' }] })
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(20_000),
  })
  return { status: response.status, text: await response.text() }
}

function contentOf(events) {
  const parts = events.split('\n\n').filter((event) => event.startsWith('data: {'))
  return parts.map((event) => JSON.parse(event.slice(6)).choices[0]?.delta?.content ?? '').join('')
}

function problemOf({ status, text: events }) {
  if (status !== 200) return `status ${status}: ${events.slice(0, 300)}`
  if (contentOf(events) !== 'over the edge') return `text ${JSON.stringify(contentOf(events))}`
  return events.trimEnd().endsWith('data: [DONE]') ? undefined : 'no end mark'
}

async function checkCase(program, name, { first, upstream, timeouts }) {
  const provider = (which) => ({ name: which, type: 'openai_compatible', baseUrl: `${upstream.base}/${which}/v1`, models: ['*'], timeouts })
  const worker = await startWorker(program, { providers: [provider(first), provider('good')], targets: [`${first}/m`, 'good/m'] })
  try {
    report(`${name}: one`, problemOf(await ask(worker)))
    const many = await Promise.all(Array.from({ length: 20 }, () => ask(worker)))
    report(
      `${name}: twenty at once`,
      many.map(problemOf).find((problem) => problem !== undefined),
    )
    report(`${name}: the first provider was asked`, upstream.seen[first] > 0 ? undefined : 'it was not')
    report(`${name}: nothing was complained of`, /error|different request/i.test(worker.said()) ? worker.said().slice(0, 500) : undefined)
  } finally {
    worker.stop()
  }
}

const program = installWorkerd()
if (program === undefined) {
  process.stdout.write('note  workerd could not be installed: the edge is not checked\n')
  process.exit(0)
}
await bundle()
report('no module of Node is in the bundle')
const upstream = await startUpstream()
try {
  await checkCase(program, 'a provider that refuses', { first: 'bad', upstream })
  await checkCase(program, 'a provider that is silent', { first: 'silent', upstream, timeouts: { firstTokenMs: 300 } })
} finally {
  upstream.stop()
}
process.exit(failures === 0 ? 0 : 1)
