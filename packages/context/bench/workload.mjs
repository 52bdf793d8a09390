/*
 * A seeded stream of questions as a gateway sees them. Popularity follows Zipf over a catalogue of questions; a share of
 * the requests comes in bursts (the same question again within moments, as agents and retries do it); a share is never
 * repeated; and the ranks drift, so that yesterday's favourites cool down. Sizes and costs are log-normal: an answer's
 * cost grows with its length.
 */
export function createRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function zipfSampler(size, exponent, random) {
  const cumulative = new Float64Array(size)
  let sum = 0
  for (let rank = 0; rank < size; rank++) cumulative[rank] = sum += (rank + 1) ** -exponent
  return () => {
    const target = random() * sum
    let low = 0
    let high = size - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (cumulative[middle] < target) low = middle + 1
      else high = middle
    }
    return low
  }
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Which question comes next: one of a burst, one that is never asked again, or one by its popularity. */
function createAsker(profile, random) {
  const draw = zipfSampler(profile.questions, profile.exponent, random)
  const pending = []
  let unique = 0
  return (drift) => {
    if (pending.length > 0 && random() < profile.burstShare) return pending.splice(Math.floor(random() * pending.length), 1)[0]
    if (random() < profile.uniqueShare) return `once-${unique++}`
    const key = `q-${(draw() + drift * 7) % profile.questions}`
    if (random() < profile.burstShare) for (let again = 0; again < profile.burstLength; again++) pending.push(key)
    if (pending.length > 200) pending.splice(0, pending.length - 200)
    return key
  }
}

/**
 * profile: { seed, requests, questions, exponent, burstShare, burstLength, uniqueShare, driftEvery, durationMs, medianBytes }
 * gives a list of { key, atMs, bytes, costNanoUsd }.
 */
export function createWorkload(profile) {
  const random = createRandom(profile.seed)
  const ask = createAsker(profile, random)
  const facts = new Map()
  const factsOf = (key) => {
    if (!facts.has(key)) {
      const bytes = Math.round(profile.medianBytes * Math.exp(0.8 * normal(random)))
      facts.set(key, { bytes, costNanoUsd: Math.round(bytes * (random() < 0.2 ? 5_000 : 250)) })
    }
    return facts.get(key)
  }
  const gapMs = profile.durationMs / profile.requests
  const requests = Array.from({ length: profile.requests }, (_, index) => {
    const key = ask(profile.driftEvery > 0 ? Math.floor(index / profile.driftEvery) : 0)
    return { key, atMs: Math.round(index * gapMs + gapMs * random()), ...factsOf(key) }
  })
  return requests
}
