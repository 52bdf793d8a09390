/*
 * What the cache costs a request: CPU time of all threads, promises and timers for a miss (answered, stored in memory and on
 * disk, new answers within the usual limit or every one), for a hit in memory and for a hit on disk. A request and its answer have about 1 kB each.
 *
 *   npm run build, then: node packages/context/bench/cache-cost.mjs [operations]
 */
import { createHook } from 'node:async_hooks'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEnvelopeCodec, createResponseCache, jsonCodec } from '../dist/index.js'
import { createDiskStore, deflateCompressor, nodeDigest } from '../dist/node.js'

const operations = Number(process.argv[2] ?? 20_000)
const client = { onAbort: () => () => undefined }
const streams = { fold: () => undefined, replay: () => undefined, sizeOf: () => 0 }
const words = 'Which ships are in the harbour today, and when does the next one leave for the islands? '

const requestOf = (index) => ({
  operation: 'chat',
  tenant: 'key-1',
  stream: false,
  request: {
    model: 'openai/gpt-4o',
    temperature: 0,
    maxTokens: 256,
    tools: undefined,
    user: undefined,
    messages: [
      { role: 'system', content: 'You answer questions about the harbour of a small town, briefly and kindly.' },
      { role: 'user', content: `${index} ${words.repeat(10)}` },
    ],
  },
})
const answerOf = (index) => ({
  type: 'whole',
  response: {
    id: `chatcmpl-${index}`,
    created: 1_700_000_000 + index,
    model: 'gpt-4o-2024-08-06',
    choices: [{ index: 0, text: words.repeat(10), reasoning: [], toolCalls: [], finish: { reason: 'stop', native: 'stop' } }],
    usage: { inputTokens: 240, outputTokens: 200, totalTokens: 440 },
  },
  origin: { provider: 'openai', model: 'gpt-4o', costNanoUsd: 2_600_000 },
})
const facts = () => ({ finishReasons: ['stop'], costNanoUsd: 2_600_000, model: 'gpt-4o', provider: 'openai' })

/** Answers as soon as it can. */
const fetchOf = (index) => async () => ({ answer: answerOf(index), facts })

function createCache(folder, { isExclusive, firstWrites }) {
  const envelope = createEnvelopeCodec({ codec: jsonCodec(), compressor: deflateCompressor, compressFromBytes: 8192 })
  const disk = { path: join(folder ?? '', 'cache.db'), maxBytes: 1_000_000_000, envelope, isExclusive }
  const stores = folder === undefined ? [] : [createDiskStore(disk, { now: Date.now })]
  return createResponseCache({ streams, digest: nodeDigest, maxMemoryBytes: 200_000_000, stores, firstWrites })
}

/** CPU time of all threads in microseconds. */
async function cpuPerOperation(count, operation, finish) {
  const before = process.cpuUsage()
  for (let index = 0; index < count; index++) {
    const result = operation(index)
    if (result instanceof Promise) await result
    // A batch for the disk as 2,500 requests a second gather it; without the pause most writes would be dropped.
    if (index % 250 === 249) await (finish?.() ?? new Promise((resolve) => setImmediate(resolve)))
  }
  await finish?.()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

/** Promises and timers of one operation: of many in a row, without the loop around them. */
async function allocations(count, operation) {
  const counted = { promises: 0, timers: 0 }
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'PROMISE') counted.promises++
      else if (type === 'Timeout') counted.timers++
    },
  })
  let awaited = 0
  hook.enable()
  for (let index = 0; index < count; index++) {
    const result = operation(index)
    if (result instanceof Promise) {
      awaited++
      await result
    }
  }
  hook.disable()
  // The loop's own `await` of a promise makes one more.
  return { promises: (counted.promises - awaited) / count, timers: counted.timers / count }
}

const everyAnswer = { perSecond: 1_000_000, burst: 1_000_000 }

async function measure(name, { isExclusive, firstWrites } = {}) {
  const folder = name === 'memory alone' ? undefined : mkdtempSync(join(tmpdir(), 'cache-cost-'))
  const cache = createCache(folder, { isExclusive, firstWrites })
  const miss = (base) => (index) => cache.getOrFetch(requestOf(base + index), fetchOf(index), client)
  const hit = (base) => (index) => cache.getOrFetch(requestOf(base + (index % 1000)), fetchOf(index), client)
  const flush = () => cache.flush()
  await cpuPerOperation(4000, miss(10_000_000), flush)
  await cpuPerOperation(4000, hit(10_000_000))
  const floor = await cpuPerOperation(operations, (index) => fetchOf(requestOf(index) && index)())
  const build = await cpuPerOperation(operations, (index) => void requestOf(index))
  const missUs = (await cpuPerOperation(operations, miss(0), flush)) - floor
  const hitUs = (await cpuPerOperation(operations, hit(0))) - build
  const missCounts = await allocations(500, miss(20_000_000))
  const hitCounts = await allocations(500, hit(20_000_000))
  await flush()
  cache.shrinkMemoryTo(0)
  // What was deferred is not on disk.
  const diskUs = firstWrites === undefined ? undefined : (await cpuPerOperation(2000, miss(0), flush)) - floor
  const { notStored } = await cache.figures()
  if (notStored > 0) throw new Error(`${notStored} answers were not stored.`)
  await cache.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  return {
    levels: name,
    'miss µs': missUs.toFixed(1),
    // The answer's own promise is not the cache's.
    'miss promises': (missCounts.promises - 1).toFixed(1),
    'miss timers': missCounts.timers.toFixed(2),
    'hit µs': hitUs.toFixed(1),
    'hit promises': hitCounts.promises.toFixed(1),
    'disk hit µs': diskUs?.toFixed(1) ?? '',
  }
}

console.table([
  await measure('memory alone'),
  await measure('memory, disk alone', { isExclusive: true }),
  await measure('the same, every answer written', { isExclusive: true, firstWrites: everyAnswer }),
  await measure('memory, disk shared, every answer written', { isExclusive: false, firstWrites: everyAnswer }),
])
