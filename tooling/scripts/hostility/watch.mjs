// Loaded into a gateway's process before it: tells its parent how long its event loop was blocked, and what it holds in memory.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const resolutionMs = 2
const delay = monitorEventLoopDelay({ resolution: resolutionMs })
delay.enable()
const toMegabytes = (bytes) => Math.round(bytes / 1024 / 1024)

const answers = {
  reset: () => delay.reset(),
  figures: () => {
    const { rss, heapUsed } = process.memoryUsage()
    return { blockMs: Math.max(0, Math.round(delay.max / 1e6) - resolutionMs), rssMb: toMegabytes(rss), heapMb: toMegabytes(heapUsed) }
  },
  collect: () => globalThis.gc?.(),
  /** What is left once all garbage is gone: bytes of the heap, and what holds the event loop, by kind. */
  settled: () => {
    for (let times = 0; times < 3; times++) globalThis.gc?.()
    const resources = {}
    for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
    return { heapBytes: process.memoryUsage().heapUsed, resources }
  },
}

process.on('message', (question) => process.send?.({ question, answer: answers[question]?.() ?? null }))
process.channel?.unref()
