/*
 * What a cache could do that knows the future. With entries of unequal size the best is hard to find (it is NP-hard), so
 * this is Belady's rule made aware of size: what goes is the entry whose next use is farthest away times its bytes, and
 * what is never used again is not kept at all. It is exact for entries of one size.
 */
import { createRandom } from './workload.mjs'

export function offlineHitRate(requests, maxBytes) {
  const nextUse = nextUses(requests)
  const random = createRandom(3)
  const held = new Map()
  const list = []
  let bytes = 0
  let hits = 0
  const drop = (entry) => {
    const last = list.pop()
    if (last !== entry) {
      list[entry.position] = last
      last.position = entry.position
    }
    held.delete(entry.key)
    bytes -= entry.bytes
  }
  requests.forEach((request, index) => {
    const known = held.get(request.key)
    if (known !== undefined) {
      hits++
      known.next = nextUse[index]
      if (known.next === Infinity) drop(known)
      return
    }
    if (nextUse[index] === Infinity) return
    const entry = { key: request.key, bytes: request.bytes, next: nextUse[index], position: list.length }
    held.set(entry.key, entry)
    list.push(entry)
    bytes += entry.bytes
    while (bytes > maxBytes) drop(farthest(list, index, { random, newcomer: entry, held }))
  })
  return hits / requests.length
}

function nextUses(requests) {
  const next = new Float64Array(requests.length)
  const seen = new Map()
  for (let index = requests.length - 1; index >= 0; index--) {
    next[index] = seen.get(requests[index].key) ?? Infinity
    seen.set(requests[index].key, index)
  }
  return next
}

/** Among 512 drawn at random: an exact search of all makes no difference in the third digit. */
function farthest(list, index, { random, newcomer, held }) {
  let victim = held.get(newcomer.key) === newcomer ? newcomer : list[0]
  let most = (victim.next - index) * victim.bytes
  for (let draw = 0; draw < 512; draw++) {
    const entry = list[Math.floor(random() * list.length)]
    const distance = (entry.next - index) * entry.bytes
    if (distance > most) {
      victim = entry
      most = distance
    }
  }
  return victim
}

export function lruHitRate(requests, maxBytes) {
  const held = new Map()
  let bytes = 0
  let hits = 0
  for (const { key, bytes: size } of requests) {
    if (held.delete(key)) hits++
    else bytes += size
    held.set(key, size)
    for (const [oldest, oldSize] of held) {
      if (bytes <= maxBytes) break
      held.delete(oldest)
      bytes -= oldSize
    }
  }
  return hits / requests.length
}

/** What a cache without bounds would hit. */
export function unboundedHitRate(requests) {
  return 1 - new Set(requests.map(({ key }) => key)).size / requests.length
}

export function workingSetBytes(requests) {
  let sum = 0
  for (const bytes of new Map(requests.map(({ key, bytes }) => [key, bytes])).values()) sum += bytes
  return sum
}
