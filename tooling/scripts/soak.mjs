// Mixed load on the built gateway for a long time: whole answers, streams, hits, clients that leave, providers that fail, other operations, people erased, the
// configuration reloaded. Every minute or so the load pauses: the heap without garbage, what the process holds open and its gauges are read. At the end the heap must
// not have grown, nothing may be held that was not held before, every gauge must be back at zero, and every answer must have been of a kind that is right.
//   node tooling/scripts/soak.mjs [--minutes 30] [--pauses 12]
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startGateway } from './hostility/gateway-process.mjs'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' }, pauses: { type: 'string', default: '12' } } })
const minutes = Number(values.minutes)
const pauses = Number(values.pauses)
const clients = 12
/** Growth of the settled heap from the first third of the pauses to the last third. Caches are full before the first. */
const maxGrowth = 0.1
const slackBytes = 3_000_000

/** A provider that fails as the question asks for. */
function fail(question, response) {
  const [, way] = /^\[(\w+)\]/.exec(question) ?? []
  if (way === 'reset') response.socket.destroy()
  else if (way === 'refuse') response.writeHead(503).end('{"error":{"message":"no"}}')
  else if (way === 'limit') response.writeHead(429, { 'retry-after': '0' }).end('{"error":{"message":"slow down"}}')
  else if (way === 'rubbish') response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": [')
  else return false
  return true
}

/** A provider that answers, and says more or breaks off where the question asks for it. */
function answerUpstream(question, { stream, isShaky }, response) {
  if (isShaky && fail(question, response)) return
  const usage = { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 }
  const head = { id: 'c', created: 1, model: 'm' }
  if (!stream) {
    const choices = [{ index: 0, message: { role: 'assistant', content: question.slice(0, 200) }, finish_reason: 'stop' }]
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }))
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const write = (delta, finish = null) =>
    response.write(
      `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    )
  write({ role: 'assistant', content: '' })
  const words = question.includes('[long]') ? 200 : 10
  const tick = (left) => {
    if (response.destroyed) return
    if (left === 0) {
      if (question.includes('[cut]')) return response.socket.destroy()
      write({}, 'stop')
      return response.end('data: [DONE]\n\n')
    }
    write({ content: 'word ' })
    setTimeout(tick, 5, left - 1)
  }
  tick(words)
}

async function startUpstream() {
  const server = createServer(async (request, response) => {
    const pieces = []
    for await (const piece of request) pieces.push(piece)
    if (request.method === 'GET') return response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"id":"m"}]}')
    if (request.url.endsWith('/embeddings')) {
      const data = [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }]
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ object: 'list', model: 'e', data, usage: { prompt_tokens: 1, total_tokens: 1 } }))
    }
    const { messages, stream } = JSON.parse(Buffer.concat(pieces))
    answerUpstream(String(messages.at(-1).content), { stream: stream === true, isShaky: request.url.startsWith('/shaky/') }, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${server.address().port}`, server }
}

const configOf = (url, round) => ({
  providers: [
    { name: 'one', type: 'openai_compatible', base_url: `${url}/v1`, models: ['*'] },
    { name: 'two', type: 'openai_compatible', base_url: `${url}/v1`, models: ['*'] },
    { name: 'cutter', type: 'openai_compatible', base_url: `${url}/v1`, models: ['*'] },
    { name: 'shaky', type: 'openai_compatible', base_url: `${url}/shaky/v1`, models: ['*'] },
  ],
  models: [
    { name: 'assistant', targets: ['one/m', 'two/m'], strategy: 'round_robin' },
    { name: 'guarded', targets: ['shaky/m'], fallbacks: ['one/m'] },
  ],
  caching: { response_cache: { max_size_mb: 2, disk_max_size_mb: 16, ttl: 60 } },
  circuit_breaker: { recovery_timeout: 1 },
  // What a reload changes.
  routing: { retry: { max_attempts: 3 + (round % 2) } },
})

let asked = 0
const seen = {}
const wrong = []
function note(kind, status, allowed) {
  asked++
  const key = `${kind} ${status}`
  seen[key] = (seen[key] ?? 0) + 1
  if (!allowed.includes(status) && wrong.length < 20) wrong.push(key)
}

async function post(base, path, body, { signal } = {}) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(base + path, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal,
  })
  return { status: response.status, text: await response.text() }
}

const chat = (content, more) => ({ model: 'assistant', messages: [{ role: 'user', content }], user: `person-${asked % 50}`, ...more })
const path = '/v1/chat/completions'

/** What clients do, each with the statuses that are right. */
const acts = [
  ['plain', async (base) => note('plain', (await post(base, path, chat(`question ${asked}`))).status, [200])],
  ['plain', async (base) => note('plain', (await post(base, path, chat(`question ${asked} ${'word '.repeat(2000)}`))).status, [200])],
  ['hit', async (base) => note('hit', (await post(base, path, chat('the same', { temperature: 0 }))).status, [200])],
  ['stream', async (base) => note('stream', (await post(base, path, chat(`stream ${asked}`, { stream: true }))).status, [200])],
  [
    'messages',
    async (base) =>
      note(
        'messages',
        (await post(base, '/v1/messages', { ...chat(`message ${asked}`), max_tokens: 9, stream: true, user: undefined })).status,
        [200],
      ),
  ],
  [
    'responses',
    async (base) => note('responses', (await post(base, '/v1/responses', { model: 'assistant', input: `input ${asked}` })).status, [200]),
  ],
  [
    'embeddings',
    async (base) => note('embeddings', (await post(base, '/v1/embeddings', { model: 'one/e', input: `text ${asked}` })).status, [200]),
  ],
  [
    'leaver',
    async (base) => {
      const leaving = AbortSignal.timeout(20 + (asked % 60))
      const { status } = await post(base, path, chat(`[long] ${asked}`, { stream: true }), { signal: leaving }).catch(() => ({ status: 0 }))
      note('leaver', status, [0])
    },
  ],
  // A provider that fails is nobody's trouble while another answers.
  ...['reset', 'refuse', 'limit', 'rubbish'].map((way) => [
    way,
    async (base) => note(way, (await post(base, path, chat(`[${way}] ${asked}`, { model: 'guarded' }))).status, [200]),
  ]),
  [
    'cut',
    async (base) => note('cut', (await post(base, path, chat(`[cut] ${asked}`, { stream: true, model: 'cutter/m' }))).status, [200, 503]),
  ],
  ['bad body', async (base) => note('bad body', (await post(base, path, '{"model": ')).status, [400])],
  ['unknown model', async (base) => note('unknown model', (await post(base, path, chat('x', { model: `no/${asked}` }))).status, [404])],
  [
    'erasure',
    async (base) => note('erasure', (await fetch(`${base}/api/privacy/users/person-${asked % 50}`, { method: 'DELETE' })).status, [200]),
  ],
  [
    'metrics',
    async (base) => {
      const response = await fetch(`${base}/metrics/prometheus`)
      await response.arrayBuffer()
      note('metrics', response.status, [200])
    },
  ],
]
/** An erasure and a look at the metrics cost as much as hundreds of requests. */
const rare = new Set(['erasure', 'metrics'])

async function client(base, untilMs, first) {
  for (let turn = first; Date.now() < untilMs; turn++) {
    const [name, act] = acts[turn % acts.length]
    if (rare.has(name) && turn % 5 !== 0) continue
    try {
      await act(base)
    } catch (error) {
      note(name, `no answer (${error.cause?.code ?? error.name})`, [])
    }
  }
}

async function reload({ base, file }, url, round) {
  writeFileSync(file, round % 3 === 2 ? '{ "providers": [{ "name": ' : JSON.stringify(configOf(url, round)))
  const response = await fetch(`${base}/api/config/reload`, { method: 'POST' })
  await response.arrayBuffer()
  note('reload', response.status, round % 3 === 2 ? [400] : [200])
}

const openFiles = (pid) => readdirSync(`/proc/${pid}/fd`).length

/** The gateway at rest: nothing is asked, and what ends by itself has ended. */
async function settle(gateway) {
  await sleep(3000)
  const { heapBytes, resources } = await gateway.ask('settled')
  const text = await (await fetch(`${gateway.base}/metrics/prometheus`)).text()
  const gauges = [
    ...text.matchAll(/^(http_requests_in_flight|http_requests_queued|http_pool_connections\{[^}]*state="active"[^}]*\}) (\S+)$/gm),
  ]
  // The question itself is being answered.
  const busy = gauges.filter(([, name, value]) => Number(value) > (name === 'http_requests_in_flight' ? 1 : 0)).map(([line]) => line)
  return { heapBytes, resources, busy, files: openFiles(gateway.pid) }
}

const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
const toMb = (bytes) => (bytes / 1e6).toFixed(1)

const { url, server } = await startUpstream()
const gateway = await startGateway(configOf(url, 0))
const problems = []
const readings = []
try {
  const stretchMs = (minutes * 60_000) / pauses
  for (let pause = 0; pause <= pauses; pause++) {
    const untilMs = Date.now() + Math.max(stretchMs - 3000, 2000)
    const load = Array.from({ length: clients }, (_, index) => client(gateway.base, untilMs, index * 3))
    await sleep(500)
    await reload(gateway, url, pause)
    await Promise.all(load)
    const reading = await settle(gateway)
    const kinds = Object.entries(reading.resources)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')
    process.stdout.write(
      `${String(pause).padStart(3)}  ${String(asked).padStart(8)} requests  heap ${toMb(reading.heapBytes)} MB  files ${reading.files}  ${kinds}\n`,
    )
    if (reading.busy.length > 0) problems.push(`after pause ${pause} not at zero: ${reading.busy.join('; ')}`)
    if (pause > 0) readings.push(reading) // the first stretch fills caches and compiles
  }
  const third = Math.max(1, Math.floor(readings.length / 3))
  const before = readings.slice(0, third)
  const after = readings.slice(-third)
  const [heapBefore, heapAfter] = [before, after].map((part) => mean(part.map(({ heapBytes }) => heapBytes)))
  if (heapAfter > heapBefore * (1 + maxGrowth) + slackBytes)
    problems.push(`the heap grew from ${toMb(heapBefore)} to ${toMb(heapAfter)} MB`)
  for (const kind of new Set(after.flatMap(({ resources }) => Object.keys(resources)))) {
    const most = (part) => Math.max(...part.map(({ resources }) => resources[kind] ?? 0))
    const least = Math.min(...after.map(({ resources }) => resources[kind] ?? 0))
    // Connections are kept for a while: as many as there are clients may be open or not.
    if (least > most(before) + (kind === 'TCPSocketWrap' ? clients : 2))
      problems.push(`${kind}: ${least} at the end, ${most(before)} at the beginning`)
  }
  const files = (part) => part.map((reading) => reading.files)
  if (Math.min(...files(after)) > Math.max(...files(before)) + clients) problems.push(`open files: ${Math.min(...files(after))} at the end`)
  if (gateway.exit() !== undefined) problems.push(`the gateway ended with ${gateway.exit()}`)
  if (wrong.length > 0) problems.push(`answers that are wrong: ${[...new Set(wrong)].join('; ')}`)
} finally {
  await gateway.stop()
  server.closeAllConnections()
  server.close()
}
for (const [key, count] of Object.entries(seen).sort()) process.stdout.write(`     ${String(count).padStart(8)}  ${key}\n`)
for (const problem of problems) process.stdout.write(`FAIL  ${problem}\n`)
process.exit(problems.length === 0 ? 0 : 1)
