// Measures the gateway in its default configuration beside what limits it (a bare pass-through, a bare server) and beside the published
// Portkey gateway, in turn. README.md tells what is measured and how.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { cases, requestOf, slowRequest } from './cases.mjs'
import { hold, latencies, once, throughput } from './load.mjs'
import { median, quantile, summarizeLatencies, summarizeRates, toText } from './report.mjs'
import {
  cpuMicros,
  installPeers,
  isPinned,
  peakRssMb,
  pinSelf,
  rssMb,
  startBare,
  startGateway,
  startPassThrough,
  startPortkey,
  startUpstream,
  stopAll,
} from './servers.mjs'

const help = `node bench/run.mjs [OPTIONS]

  --cases LIST    of ${Object.keys(cases).join(', ')}, latency, held (all)
  --servers LIST  of pass-through, proxyapi, portkey (all; the limit of a case always runs)
  --rounds N      interleaved rounds, after one to warm up (5)
  --seconds S     length of one measurement of throughput (1.5)
  --node PATH     Node that runs all servers (this one)
  --json          prints JSON and no table
`
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: [...Object.keys(cases), 'latency', 'held'].join(',') },
    servers: { type: 'string', default: 'pass-through,proxyapi,portkey' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1.5' },
    node: { type: 'string', default: process.execPath },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const wanted = values.cases.split(',')
const unknown = wanted.filter((name) => !(name in cases) && name !== 'latency' && name !== 'held')
if (values.help || unknown.length > 0) {
  process.stdout.write(unknown.length > 0 ? `There is no case ${unknown.join(', ')}.\n\n${help}` : help)
  process.exit(values.help ? 0 : 2)
}
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const options = { node: values.node }
const notes = []

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
/** What a server does after the last answer (records, caches on disk) belongs to the requests: its CPU counts up to this long after. */
const settleMs = 300

async function startServers() {
  if (!installPeers()) throw new Error('The packages that the bench compares with could not be installed.')
  const upstream = await startUpstream()
  pinSelf()
  const servers = { 'pass-through': await startPassThrough(upstream, options), proxyapi: await startGateway(upstream, options) }
  if (values.servers.includes('portkey')) {
    const portkey = await startPortkey(options)
    if (portkey === undefined) notes.push('Portkey is not installed, so it is not in the table.')
    else servers.portkey = portkey
  }
  await pause(1500)
  for (const server of Object.values(servers)) server.idleMb = rssMb(server)
  return { upstream, servers }
}

/** Asks once, learns how long a right answer is, and checks that the answer is what the case says. */
async function learn(name, server, port, request) {
  const { length, head } = await once(port, request)
  if (length < 500) throw new Error(`${server} answers ${name} with ${length} bytes`)
  if (name !== 'hit' || server !== 'proxyapi') return length
  await pause(settleMs)
  const again = await once(port, request)
  if (!again.head.includes('x-proxyapi-cache: hit')) throw new Error(`the second request of the same question is no hit: ${again.head}`)
  if (again.length !== length) throw new Error(`a hit has ${again.length} bytes, the answer that it repeats ${length}`)
  return length
}

async function cachedBody(url, request) {
  const text = request.bytes.toString()
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return Buffer.from(await response.arrayBuffer())
}

async function planCase(name, { upstream, servers }) {
  const names = cases[name].limit === 'bare' ? ['bare', 'proxyapi'] : Object.keys(servers)
  if (cases[name].limit === 'bare') servers.bare ??= await startBare(await cachedBody(servers.proxyapi.url, requestOf(name, 'proxyapi', upstream)), options)
  const plan = {}
  for (const server of names) {
    const request = requestOf(name, server === 'bare' ? 'proxyapi' : server, upstream)
    plan[server] = { request, length: await learn(name, server, servers[server].port, request) }
  }
  return plan
}

async function measureRate(server, { request, length }) {
  const cpuBefore = cpuMicros(server)
  const startedAt = performance.now()
  const { perSecond, answers } = await throughput(server.port, request, { seconds, length })
  const busy = (cpuMicros(server) - cpuBefore) / ((performance.now() - startedAt) * 1000)
  await pause(settleMs)
  return { perSecond, busy, cpuMicros: (cpuMicros(server) - cpuBefore) / answers }
}

async function measureLatency(server, { request, length }) {
  const seen = []
  const timer = setInterval(() => seen.push(rssMb(server)), 100)
  const sorted = await latencies(server.port, request, { length })
  clearInterval(timer)
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), rssMb: median(seen) }
}

async function measure(world) {
  const { servers } = world
  const plans = {}
  for (const name of wanted) if (name in cases) plans[name] = await planCase(name, world)
  const forLatency = wanted.includes('latency') ? (plans.plain ?? (await planCase('plain', world))) : {}
  const figures = Object.fromEntries(
    Object.entries(plans).map(([name, plan]) => [name, Object.fromEntries(Object.keys(plan).map((server) => [server, []]))]),
  )
  const latency = Object.fromEntries(Object.keys(forLatency).map((server) => [server, []]))
  for (let round = 0; round <= rounds; round++) {
    // Round 0 warms up.
    for (const [name, plan] of Object.entries(plans))
      for (const server of Object.keys(plan)) {
        const found = await measureRate(servers[server], plan[server])
        if (round > 0) figures[name][server].push(found)
      }
    for (const server of Object.keys(forLatency)) {
      const found = await measureLatency(servers[server], forLatency[server])
      if (round > 0) latency[server].push(found)
    }
  }
  return { figures, latency }
}

/** In a gateway of its own, which may have a connection to the provider for each stream. */
async function measureHeld(upstream) {
  const server = await startGateway(upstream, { ...options, moreConfig: 'http_client: { pool_limits: { max_connections: 2000 } }\n' })
  const request = requestOf('stream', 'proxyapi', upstream)
  await throughput(server.port, request, { seconds, length: await learn('stream', 'proxyapi', server.port, request) })
  await pause(settleMs)
  const beforeMb = rssMb(server)
  const release = await hold(server.port, slowRequest(), 1000)
  await pause(3000)
  const heldMb = rssMb(server) - beforeMb
  release()
  return heldMb
}

/** Where the load or the upstream was the narrow place, a rate says nothing. */
function warnOfIdleCores(rates) {
  const idle = rates.filter(({ busy }) => busy < 0.85).map(({ title, server }) => `${server} (${title})`)
  if (idle.length === 0) return
  notes.push(`The core of these was not busy all the time (other work on the machine, or the load is the limit); trust their CPU a request: ${idle.join(', ')}.`)
}

async function main() {
  const world = await startServers()
  const { figures, latency } = await measure(world)
  const heldMb = wanted.includes('held') ? await measureHeld(world.upstream) : undefined
  const processes = Object.fromEntries(
    Object.entries(world.servers)
      .filter(([name]) => name !== 'bare')
      .map(([name, server]) => [name, { startMs: server.startMs, idleMb: server.idleMb, peakMb: peakRssMb(server) }]),
  )
  const rates = summarizeRates(figures, cases)
  warnOfIdleCores(rates)
  const node = spawnSync(values.node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  const result = {
    rates,
    latencies: wanted.includes('latency') ? summarizeLatencies(latency) : [],
    processes,
    machine: { node, rounds, seconds, pinned: isPinned, heldMb, notes },
  }
  process.stdout.write(values.json ? `${JSON.stringify(result, undefined, 2)}\n` : toText(result))
}

let exitCode = 0
try {
  await main()
} catch (error) {
  process.stderr.write(`${error.stack}\n`)
  exitCode = 1
} finally {
  stopAll()
}
process.exit(exitCode)
