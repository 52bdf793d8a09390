// Processor time that recording one request costs, all threads counted, with the built package (`pnpm build` first):
//   node packages/logging/bench/recorder.mjs [requests a second, 0 for as fast as they are written]
// Prints microseconds a request: on the request's thread, in all, and of that metrics and signals. Medians of interleaved rounds.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMasker, createMetrics, createSignals } from '../dist/index.js'
import { createInThreadRecorder, createWorkerRecorder } from '../dist/node.js'

const rate = Number(process.argv[2] ?? 2_000)
const rounds = 5
const requestsPerRound = rate === 0 ? 40_000 : rate * 4
const secret = 'a secret of the bench'
const usage = { inputTokens: 812, outputTokens: 150, totalTokens: 962, cachedInputTokens: 64 }
let count = 0

function hex(length) {
  let text = ''
  while (text.length < length) text += Math.random().toString(16).slice(2)
  return text.slice(0, length)
}

function requestOf() {
  const startedAtMs = Date.now()
  const id = hex(32)
  const key = { id: '0123456789abcdef', name: 'ops', role: 'user' }
  const attempt = {
    ...{ provider: 'openai', model: 'gpt-4o', startedAtMs: startedAtMs + 1, reason: 'first', answeredAtMs: startedAtMs + 240 },
    ...{ endedAtMs: startedAtMs + 250, outcome: 'success', upstreamStatus: 200, producedCharacters: 400, usage, costNanoUsd: 1_250_000 },
  }
  return {
    ...{ id, method: 'POST', endpoint: '/v1/chat/completions', path: '/v1/chat/completions', status: 200, startedAtMs },
    ...{ endedAtMs: startedAtMs + 255, key, sourceAddress: '127.0.0.1', phases: { authMs: 0, queueMs: 0 } },
    call: {
      ...{ id, operation: 'chat', principal: key, user: `user-${count++ % 100}`, requestedModel: 'openai/gpt-4o', model: 'gpt-4o' },
      ...{ provider: 'openai', stream: false, outcome: 'complete', attempts: [attempt], winner: 0, usage, costNanoUsd: 1_250_000 },
      ...{ wastedNanoUsd: 0, cache: { status: 'miss' }, dropped: [], tags: [], startedAtMs, firstContentAtMs: startedAtMs + 240 },
      endedAtMs: startedAtMs + 254,
    },
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs work at the rate, ten times a second's hundredth at a time, and gives the processor time of the process and of this thread. */
async function measure(work, settle = async () => undefined, isWarmUp = false) {
  // The compiler needs some hundred thousand calls to be done with them.
  for (let batch = 0; isWarmUp && batch < 100; batch++) {
    for (let index = 0; index < 1_000; index++) work(requestOf())
    await settle()
  }
  const requests = Array.from({ length: requestsPerRound }, requestOf)
  await sleep(100)
  const before = process.cpuUsage()
  const loop = performance.eventLoopUtilization()
  let own = 0
  if (rate === 0) for (const request of requests) work(request)
  else {
    const perStep = Math.max(1, Math.round(rate / 100))
    for (let from = 0; from < requests.length; from += perStep) {
      const start = performance.now()
      for (const request of requests.slice(from, from + perStep)) work(request)
      own += performance.now() - start
      await sleep(10)
    }
  }
  await settle()
  const { user, system } = process.cpuUsage(before)
  const busy = performance.eventLoopUtilization(loop).active
  return { all: (user + system) / requests.length, own: (busy * 1_000) / requests.length, push: (own * 1_000) / requests.length }
}

const folder = mkdtempSync(join(tmpdir(), 'proxyapi-bench-'))
let bytes = 0
const log = { write: (text) => (bytes += text.length) }
const masker = { secrets: Array.from({ length: 20 }, (_, index) => `client-key-${index}-0123456789abcdef`) }
const worker = createWorkerRecorder({ file: join(folder, 'worker.db'), secret, masker, log })
const inThread = createInThreadRecorder({ file: join(folder, 'thread.db'), secret, masker: createMasker(masker), log })
const metrics = createMetrics({ providers: ['openai'], models: ['gpt-4o'] })
const signals = createSignals()
for (const provider of ['openai', 'anthropic']) signals.read('error_rate', { provider }, 60_000)

const cases = {
  'nothing (the bench itself)': (isWarmUp) => measure(() => undefined, undefined, isWarmUp),
  'recorder in a worker thread': (isWarmUp) => measure(worker.push, worker.flush, isWarmUp),
  'recorder in this thread': (isWarmUp) => measure(inThread.push, inThread.flush, isWarmUp),
  'metrics and signals': (isWarmUp) =>
    measure(
      (request) => {
        metrics.onHttp(request)
        metrics.onCall(request.call)
        signals.onCall(request.call)
      },
      undefined,
      isWarmUp,
    ),
}

const results = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
for (let round = 0; round <= rounds; round++) {
  for (const [name, run] of Object.entries(cases)) {
    const result = await run(round === 0)
    if (round > 0) results[name].push(result) // the first warms up
  }
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
console.log(`${rate === 0 ? 'as fast as can be' : `${rate} requests/s`}, microseconds a request`)
for (const [name, list] of Object.entries(results)) {
  const of = (field) =>
    median(list.map((result) => result[field]))
      .toFixed(2)
      .padStart(7)
  console.log(`${name.padEnd(30)} all threads ${of('all')}   this thread's loop ${of('own')}   the call itself ${of('push')}`)
}
const { queued, written, dropped } = worker.figures()
console.log(`worker: ${JSON.stringify({ queued, written, dropped })}, log ${(bytes / count).toFixed(0)} bytes a request`)
await worker.close()
await inThread.close()
rmSync(folder, { recursive: true, force: true })
