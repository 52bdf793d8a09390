// Measures the gateway against a bare pass-through (the limit) and the published Portkey gateway, side by side and in turn.
// Each server has one core to itself; the provider and the load share the other. Medians of interleaved rounds.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hold, latencies, throughput, toRequest } from './load.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const rounds = Number(process.env.ROUNDS ?? 5)
const ports = { upstream: 4301, 'pass-through': 4302, proxyapi: 4303, portkey: 4304 }
const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0
const children = []

if (!existsSync(join(here, 'node_modules')))
  spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' })

function start(core, args, environment = {}) {
  const command = pinned ? ['taskset', '-c', String(core), process.execPath, ...args] : [process.execPath, ...args]
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'ignore'], env: { ...process.env, ...environment } })
  children.push(child)
  return child
}

async function ready(port) {
  for (let tries = 0; tries < 400; tries++) {
    const open = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(500) }).then(
      () => true,
      (error) => error.name === 'TimeoutError',
    )
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`nothing listens on ${port}`)
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
const rssMb = (child) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024

const config = join(mkdtempSync(join(tmpdir(), 'proxyapi-bench-')), 'gateway.yaml')
writeFileSync(
  config,
  `server: { port: ${ports.proxyapi} }\nauth: { api_keys: [bench-client-key] }\nproviders: [{ name: bench, type: openai_compatible, base_url: "http://127.0.0.1:${ports.upstream}/v1", models: ["*"] }]\n# Every request is to reach the provider, and a thousand streams at once are to have a connection each.\ncaching: { enabled: false }\nhttp_client: { pool_limits: { max_connections: 2000 } }\n`,
)

const message = 'Tell me something that takes about a hundred tokens to say. '.repeat(4)
const body = (fields) =>
  JSON.stringify({
    model: 'bench',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: message },
    ],
    temperature: 0,
    ...fields,
  })
const headers = {
  'pass-through': {},
  proxyapi: { authorization: 'Bearer bench-client-key' },
  portkey: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${ports.upstream}/v1`, authorization: 'Bearer x' },
}
const request = (server, fields) =>
  toRequest(
    '/v1/chat/completions',
    body(server === 'proxyapi' ? { ...fields, model: `bench/${fields.model ?? 'bench'}` } : fields),
    headers[server],
  )

async function measure() {
  start(1, [join(here, 'upstream.mjs'), ports.upstream])
  if (pinned) spawnSync('taskset', ['-cp', '1', String(process.pid)])
  start(0, [join(here, 'pass-through.mjs'), ports['pass-through'], ports.upstream])
  const startedAt = performance.now()
  const gateway = start(0, [join(root, 'apps/gateway/dist/cli.js'), 'start', '--config', config], { LOG_LEVEL: 'INFO' })
  await ready(ports.proxyapi)
  const startMs = performance.now() - startedAt
  const idleMb = rssMb(gateway)
  start(0, [join(here, 'node_modules/@portkey-ai/gateway/build/start-server.js'), `--port=${ports.portkey}`, '--headless'])
  await ready(ports.upstream)
  await ready(ports['pass-through'])
  await ready(ports.portkey)

  const servers = ['pass-through', 'proxyapi', 'portkey']
  const figures = Object.fromEntries(servers.map((server) => [server, { plain: [], stream: [], p50: [], p99: [] }]))
  for (let round = 0; round <= rounds; round++) {
    for (const server of servers) {
      const plain = await throughput(ports[server], request(server, {}))
      const stream = await throughput(ports[server], request(server, { stream: true }))
      const sorted = await latencies(ports[server], request(server, {}))
      if (round === 0) continue // warm-up
      figures[server].plain.push(plain)
      figures[server].stream.push(stream)
      figures[server].p50.push(at(sorted, 0.5))
      figures[server].p99.push(at(sorted, 0.99))
    }
  }
  const beforeMb = rssMb(gateway)
  const release = await hold(ports.proxyapi, request('proxyapi', { model: 'slow', stream: true }), 1000)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const heldMb = rssMb(gateway) - beforeMb
  release()
  return { figures, startMs, idleMb, heldMb }
}

function report({ figures, startMs, idleMb, heldMb }) {
  const base = figures['pass-through']
  const row = (server) => {
    const own = figures[server]
    const rate = (kind) =>
      `${median(own[kind]).toFixed(0)} (${(median(own[kind].map((value, index) => value / base[kind][index]))).toFixed(2)})`
    const added = (kind) => (median(own[kind]) - median(base[kind])).toFixed(2)
    return `| ${server} | ${rate('plain')} | ${rate('stream')} | ${added('p50')} ms | ${added('p99')} ms |`
  }
  const lines = [
    '| server | plain/s (share) | streams of 60 events/s (share) | added p50 at 100/s | added p99 |',
    '| --- | --- | --- | --- | --- |',
    ...Object.keys(figures).map(row),
    '',
    `Start to listening ${startMs.toFixed(0)} ms; idle ${idleMb.toFixed(0)} MB; 1,000 slow streams +${heldMb.toFixed(0)} MB. Node ${process.version}, ${rounds} rounds${pinned ? ', one core each' : ', not pinned'}.`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

try {
  report(await measure())
} finally {
  for (const child of children) child.kill('SIGKILL')
  process.exit()
}
