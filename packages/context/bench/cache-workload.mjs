/*
 * How well the response cache chooses what to keep, and for how long. Seeded: the same figures every time.
 *
 *   (cd packages/context && npx tsup && node bench/cache-workload.mjs)
 */
import { lruHitRate, offlineHitRate, unboundedHitRate, workingSetBytes } from './offline.mjs'
import { replay } from './replay.mjs'
import { createWorkload } from './workload.mjs'

const hourMs = 3_600_000
/** What the cache charges for an entry beside its answer; taken off, so that a request's `bytes` are all of it. */
const chargedBytes = 640
const sizeOf = ({ bytes }) => Math.max(0, bytes - chargedBytes)
const longLived = { ttlMs: 1000 * hourMs, maxTtlMs: 1000 * hourMs }

const mixed = {
  seed: 1,
  requests: 200_000,
  questions: 20_000,
  exponent: 0.9,
  burstShare: 0.1,
  burstLength: 3,
  uniqueShare: 0.1,
  driftEvery: 2000,
  durationMs: 24 * hourMs,
  medianBytes: 2400,
}
/** Frequent requests: assistants and forms that ask the same 3,000 questions, four a second. */
const frequent = {
  ...mixed,
  seed: 2,
  requests: 100_000,
  questions: 3000,
  exponent: 1.05,
  uniqueShare: 0.02,
  driftEvery: 10_000,
  durationMs: 7 * hourMs,
}

const percent = (share) => `${(share * 100).toFixed(1)} %`
const dollars = (nanoUsd) => `$${(nanoUsd / 1e9).toFixed(2)}`

/** A level that is nothing but large: stands in for disk, so that the run measures choices and not a disk. */
function largeLevel(maxBytes, sizeOfEntry) {
  const entries = new Map()
  let bytes = 0
  return () => ({
    name: 'disk',
    get: async (key) => entries.get(key),
    set: async (key, entry) => {
      if (entries.has(key)) bytes -= sizeOfEntry(entries.get(key))
      entries.delete(key)
      entries.set(key, entry)
      bytes += sizeOfEntry(entry)
      for (const [oldest, held] of entries) {
        if (bytes <= maxBytes) break
        entries.delete(oldest)
        bytes -= sizeOfEntry(held)
      }
    },
    remove: async () => 0,
    sweep: async () => undefined,
    figures: async () => ({ entries: entries.size, bytes, maxBytes, evictions: 0 }),
    best: async () => [],
    close: async () => undefined,
  })
}

async function replacement() {
  const requests = createWorkload(mixed)
  const all = workingSetBytes(requests)
  console.log(
    `\nWhat to keep: ${requests.length} requests over ${(all / 1e6).toFixed(0)} MB of answers; without bounds ${percent(unboundedHitRate(requests))}`,
  )
  const rows = []
  for (const share of [0.02, 0.05, 0.1, 0.2, 0.4]) {
    const maxMemoryBytes = Math.round(all * share)
    const ours = await replay(requests, { maxMemoryBytes, sizeOf, freshness: longLived })
    const disk = () => [largeLevel(all, ({ value }) => value.bytes)()]
    const tiers = await replay(requests, { maxMemoryBytes, sizeOf, freshness: longLived }, disk)
    rows.push({
      memory: percent(share),
      LRU: percent(lruHitRate(requests, maxMemoryBytes)),
      ours: percent(ours.hitRate),
      offline: percent(offlineHitRate(requests, maxMemoryBytes)),
      'ours, upstream': dollars(ours.upstreamNanoUsd),
      'memory + disk': percent(tiers.hitRate),
      'offline, both': percent(offlineHitRate(requests, maxMemoryBytes + all)),
    })
  }
  console.table(rows)
}

async function lifetimes(name, profile) {
  const requests = createWorkload(profile)
  const base = { sizeOf, maxMemoryBytes: workingSetBytes(requests), cacheability: { requests: 'all' } }
  const ttlMs = 1_800_000
  console.log(`\nHow long: ${name}, ${requests.length} requests in ${profile.durationMs / hourMs} h, TTL half an hour, memory for all`)
  const rows = []
  const warming = { intervalMs: 300_000, threshold: 10, maxCostNanoUsd: 1e9, maxRefreshes: 500 }
  for (const [label, maxTtlMs, warm] of [
    ['fixed TTL', ttlMs, undefined],
    ['adaptive TTL', 4 * ttlMs, undefined],
    ['fixed TTL, warming', ttlMs, warming],
    ['adaptive TTL, warming', 4 * ttlMs, warming],
  ]) {
    const { hitRate, calls, upstreamNanoUsd, figures } = await replay(requests, {
      ...base,
      freshness: { ttlMs, maxTtlMs, staleIfErrorMs: 0 },
      warming: warm,
    })
    rows.push({
      lifetime: label,
      'hit rate': percent(hitRate),
      'upstream calls': calls,
      'refreshed ahead': figures.warming.refreshed,
      upstream: dollars(upstreamNanoUsd),
    })
  }
  console.table(rows)
}

await replacement()
await lifetimes('mixed requests', mixed)
await lifetimes('frequent requests', frequent)
