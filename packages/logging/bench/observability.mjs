// Processor time that observing one request costs, with the built package (`pnpm build` first): node packages/logging/bench/observability.mjs
// Rounds are interleaved and the median is printed, so that a busy machine disturbs all cases alike.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { createLineBuffer, createLogger, createMetrics, toRequestLogLine } from '../dist/index.js'
import { createTracing } from '../dist/node.js'

const rounds = 9
const requestsPerRound = 5_000

/** A collector in a process of its own: its work must not count as ours. */
function runCollector() {
  const server = createServer((request, response) => request.resume().on('end', () => response.end('{}')))
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
  process.on('disconnect', () => process.exit())
}

const usage = { inputTokens: 812, outputTokens: 150, totalTokens: 962, cachedInputTokens: 64, reasoningTokens: 20 }
const attempt = {
  ...{ provider: 'openai', model: 'gpt-4o', reason: 'first', outcome: 'success', usage, costNanoUsd: 1_250_000, upstreamStatus: 200 },
  ...{ startedAtMs: 1_002, answeredAtMs: 1_100, endedAtMs: 1_302 },
}
const receipt = {
  ...{ id: 'req_7f3a1c', principal: { name: 'ops' }, requestedModel: 'gpt-4o', model: 'gpt-4o', provider: 'openai', stream: true },
  ...{ outcome: 'complete', attempts: [attempt], usage, costNanoUsd: 1_250_000, cache: { status: 'miss' }, dropped: [] },
  ...{ startedAtMs: 1_000, firstContentAtMs: 1_100, endedAtMs: 1_305 },
}
const failover = {
  ...receipt,
  attempts: [
    { ...attempt, outcome: 'server', usage: undefined },
    { ...attempt, reason: 'fallback' },
  ],
}
const surface = { method: 'POST', endpoint: '/v1/chat/completions', status: 200 }

function createCases(tracing) {
  const metrics = createMetrics({ providers: ['openai'], models: ['gpt-4o'], endpoints: 'trusted' })
  const buffer = createLineBuffer({ write: () => undefined, setTimer: () => () => undefined })
  const logger = createLogger({ write: buffer.write })
  const measure = (one, traceId) => {
    metrics.onReceipt(one, { traceId })
    metrics.onHttp({ ...surface, seconds: 0.305, traceId })
  }
  const log = (one) => logger.info('Request processed', toRequestLogLine(one, surface))
  const trace = (one) => {
    const span = tracing.startCall(surface)
    for (const _ of one.attempts) span.attempt()
    span.end({ status: 200, receipt: one })
    return span.traceId
  }
  return {
    metrics: () => measure(receipt),
    'metrics, failover': () => measure(failover),
    'log line and metrics': () => {
      log(receipt)
      measure(receipt)
    },
    'tracing, 2 spans, export included': () => trace(receipt),
    'tracing, failover, 3 spans, export included': () => trace(failover),
    'log line, metrics and tracing': () => {
      log(receipt)
      measure(receipt, trace(receipt))
    },
  }
}

async function microsecondsOf(run, tracing) {
  const before = process.cpuUsage()
  for (let index = 0; index < requestsPerRound; index++) {
    run()
    if (index % 500 === 499) await tracing.flush()
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requestsPerRound
}

async function main() {
  const collector = fork(fileURLToPath(import.meta.url), ['collector'])
  const [port] = await once(collector, 'message')
  const tracing = await createTracing({ otlpEndpoint: `http://127.0.0.1:${port}`, maxSpans: 10_000 })
  const cases = createCases(tracing)
  const costs = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
  for (let round = 0; round < rounds + 2; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const cost = await microsecondsOf(run, tracing)
      if (round >= 2) costs[name].push(cost) // the first two rounds are for the compiler
    }
  }
  for (const [name, all] of Object.entries(costs)) {
    const median = all.sort((a, b) => a - b)[Math.floor(rounds / 2)]
    process.stdout.write(`${median.toFixed(1).padStart(7)} µs  ${name}\n`)
  }
  process.stdout.write(`${tracing.dropped()} spans dropped\n`)
  await tracing.close()
  collector.disconnect()
}

if (process.argv[2] === 'collector') runCollector()
else await main()
