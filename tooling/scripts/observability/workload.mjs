// What a gateway with two workers measures on a busy day, through the same entry points: for checking dashboards and rules.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../../bootstrap/machine.mjs'

const load = (file) => import(pathToFileURL(join(root, 'packages/logging/dist', file)).href)

const providers = ['openai', 'anthropic', 'cohere']
const models = { openai: 'gpt-4o', anthropic: 'claude-sonnet-4', cohere: 'command-r' }
const traceId = (index) => (0x1000000 + index).toString(16).padStart(32, 'a')

function attempt(provider, fields) {
  const usage = { inputTokens: 800, outputTokens: 150, cachedInputTokens: 200, cacheWriteTokens: 50, reasoningTokens: 30 }
  const times = { startedAtMs: -423, answeredAtMs: -305, endedAtMs: -5 } // before the end of the call
  return { provider, model: models[provider], reason: 'first', outcome: 'success', ...times, usage, costNanoUsd: 3_500_000, ...fields }
}

const calls = [
  { attempts: [attempt('openai')], stream: true, cache: { status: 'miss' } },
  {
    attempts: [attempt('openai')],
    stream: false,
    guardrails: [{ name: 'personal-data', stage: 'input', verdict: 'redact', kinds: ['email'] }],
  },
  { attempts: [attempt('anthropic')], stream: false, condensation: { fromTokens: 4_000, toTokens: 900, savedNanoUsd: 9_000_000 } },
  { attempts: [], stream: false, cache: { status: 'hit', level: 'memory', savedNanoUsd: 3_500_000 } },
  { attempts: [attempt('openai', { outcome: 'server', costNanoUsd: 1_000_000 }), attempt('cohere', { reason: 'fallback' })], stream: true },
  {
    attempts: [
      attempt('openai', { outcome: 'rate_limit', usage: undefined, costNanoUsd: undefined }),
      attempt('openai', { reason: 'retry' }),
    ],
  },
  { attempts: [attempt('anthropic', { outcome: 'canceled' }), attempt('cohere', { reason: 'hedge', costNanoUsd: null })] },
  { attempts: [attempt('cohere', { outcome: 'pending' })], stream: true, outcome: 'canceled' },
  { attempts: [attempt('cohere', { outcome: 'authentication', usage: undefined, costNanoUsd: undefined })], outcome: 'error' },
  {
    attempts: [attempt('openai', { model: 'made-up', outcome: 'unknown_model', usage: undefined, costNanoUsd: undefined })],
    outcome: 'error',
  },
  { attempts: [attempt('openai', { faults: ['delay'] })], stream: true },
]
const answers = [
  ...[
    ['POST', '/v1/chat/completions', 200],
    ['POST', '/v1/chat/completions', 200],
    ['POST', '/v1/messages', 200],
    ['GET', '/v1/models', 200],
  ],
  ...[
    ['POST', '/v1/embeddings', 502],
    ['POST', '/v1/chat/completions', 401],
    ['POST', '/v1/responses', 429],
    ['POST', '/v1/messages', 400],
  ],
  ...[
    ['GET', '/wp-login.php', 404],
    ['GET', '/health', 200],
  ],
]
const endpoints = answers.filter(([, , status]) => status !== 404).map(([, endpoint]) => endpoint)
const events = [
  { type: 'auth-failure', reason: 'missing' },
  { type: 'auth-failure', reason: 'invalid' },
  { type: 'rate-limited', limit: 'requests' },
  { type: 'shed', reason: 'queue_full' },
  { type: 'suspicious', kind: 'path' },
  { type: 'breaker-state', provider: 'openai', model: 'gpt-4o', state: 'half-open' },
]

/** The call as if it had just ended. The last attempt answered, unless it was given up for an earlier one. */
function toCall(call, index) {
  const endedAtMs = Date.now()
  const at = (ms) => endedAtMs + ms
  const attempts = call.attempts.map((one) => ({
    ...one,
    startedAtMs: at(one.startedAtMs),
    answeredAtMs: at(one.answeredAtMs),
    endedAtMs: at(one.endedAtMs),
  }))
  const winner = attempts.findLastIndex(({ outcome }) => outcome === 'success' || outcome === 'pending')
  return {
    ...{ id: `request-${index}`, operation: 'chat', requestedModel: 'chat', traceId: traceId(index) },
    ...{ stream: false, outcome: 'complete', costNanoUsd: 0, wastedNanoUsd: 0, dropped: [], tags: [] },
    ...{ startedAtMs: at(-425), firstContentAtMs: at(-304), endedAtMs },
    ...(winner !== -1 && { winner }),
    ...call,
    attempts,
  }
}

function turn(metrics, index) {
  metrics.onCall(toCall(calls[index % calls.length], index))
  const [method, endpoint, status] = answers[index % answers.length]
  const endedAtMs = Date.now()
  const startedAtMs = endedAtMs - 50 - (index % 40) * 10
  const id = `request-${index}`
  metrics.onHttp({ id, method, endpoint, path: endpoint, status, startedAtMs, endedAtMs, traceId: traceId(index) })
  metrics.onEvent(events[index % events.length])
  metrics.onCacheLookup({ type: 'summary_cache', hit: index % 3 > 0 })
}

/** What the rest of a gateway tells: its caches, pools, queues and sinks. */
function readGateway(evictions) {
  return [
    { name: 'http_requests_in_flight', value: 3 },
    { name: 'http_requests_queued', value: 1 },
    { name: 'http_pool_connections', labels: { provider: 'openai', state: 'active' }, value: 4 },
    { name: 'cache_entries', labels: { type: 'response_cache' }, value: 120 },
    { name: 'cache_size_bytes', labels: { type: 'response_cache' }, value: 480_000 },
    { name: 'cache_evictions_total', labels: { type: 'response_cache' }, value: evictions },
    { name: 'records_dropped_total', labels: { sink: 'spans' }, value: 0 },
    { name: 'limit_store_up', value: 1 },
    { name: 'provider_available', labels: { provider: 'openai' }, value: 1 },
  ]
}

/** Two workers at work behind one exposition, on a port of its own. */
export async function startExposition() {
  const { createMetrics, createWorkerSeries, toExposition } = await load('index.js')
  const { createSystemReader } = await load('node.js')
  const system = createSystemReader()
  const workers = [0, 1].map(() => createMetrics({ providers, models: Object.values(models), endpoints }))
  let turns = 0
  for (const metrics of workers) metrics.addGauges(() => readGateway(turns))
  workers[0].addGauges(system.read)
  const timer = setInterval(() => {
    for (let repeat = 0; repeat < 5; repeat++) turn(workers[turns % 2], Math.floor(turns++ / 2))
  }, 50)
  const sum = createWorkerSeries()
  const server = createServer(async (request, response) => {
    for (const [worker, metrics] of workers.entries()) sum.update(worker, structuredClone(await metrics.series()))
    const { contentType, text } = toExposition(sum.series(), request.headers.accept)
    response.writeHead(200, { 'content-type': contentType }).end(text)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/metrics/prometheus`,
    close: () => {
      clearInterval(timer)
      system.close()
      server.closeAllConnections()
      server.close()
    },
  }
}
