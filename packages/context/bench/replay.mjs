import { createResponseCache } from '../dist/index.js'
import { nodeDigest } from '../dist/node.js'
import { createRandom } from './workload.mjs'

/** A clock that the workload moves. */
function createClock() {
  let nowMs = 1_700_000_000_000
  let timers = []
  return {
    deps: {
      now: () => nowMs,
      random: createRandom(11),
      setTimer: (callback, ms) => {
        const timer = { atMs: nowMs + ms, callback }
        timers.push(timer)
        return () => {
          timers = timers.filter((one) => one !== timer)
        }
      },
    },
    async moveTo(atMs) {
      for (;;) {
        const due = timers.filter((timer) => timer.atMs <= atMs).sort((left, right) => left.atMs - right.atMs)[0]
        if (due === undefined) break
        timers = timers.filter((one) => one !== due)
        nowMs = due.atMs
        due.callback()
        await new Promise((resolve) => setImmediate(resolve))
      }
      nowMs = atMs
    },
  }
}

const client = { onAbort: () => () => undefined }
const streams = { fold: () => undefined, replay: () => undefined, sizeOf: () => 0 }

/** Sends a workload through the response cache, on a clock of its own. Answers its figures and what upstream was asked. */
export async function replay(requests, options = {}, makeStores = () => []) {
  const clock = createClock()
  const startMs = clock.deps.now()
  let calls = 0
  let upstreamNanoUsd = 0
  const fetchFor =
    ({ bytes, costNanoUsd }) =>
    async () => {
      calls++
      upstreamNanoUsd += costNanoUsd
      const facts = { finishReasons: ['stop'], costNanoUsd, model: 'm' }
      return { answer: { type: 'whole', bytes }, facts: () => facts }
    }
  const cache = createResponseCache(
    { streams, digest: nodeDigest, stores: makeStores(clock.deps), refresh: ({ request }) => fetchFor(request.facts()), ...options },
    clock.deps,
  )
  cache.start()
  for (const request of requests) {
    await clock.moveTo(startMs + request.atMs)
    // A function is no JSON: the facts do not become part of the key.
    const question = { operation: 'chat', request: { model: 'm', key: request.key, facts: () => request }, tenant: 't', stream: false }
    const result = cache.getOrFetch(question, fetchFor(request), client)
    if (result instanceof Promise) await result
  }
  await cache.flush()
  const figures = await cache.figures()
  await cache.close()
  return { figures, calls, upstreamNanoUsd, hitRate: figures.hitRate }
}
