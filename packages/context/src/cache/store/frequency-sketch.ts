/*
 * How often keys were asked for, in a fixed amount of memory: a count-min sketch whose counters are halved every so
 * many additions, so that it forgets (TinyLFU: Einziger, Friedman, Manes, 2017). It knows keys that are not in the
 * cache as well, which is what lets a newcomer be judged. It never counts too low but for the halving.
 */
const rowSeeds = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const

/** What the sketch knows a key by; worth keeping beside the key. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return hash ^ (hash >>> 15)
}

export interface FrequencySketch {
  readonly add: (hash: number) => void
  /** About how often a key of this hash was added lately, 0 to 255. */
  readonly count: (hash: number) => number
}

/** `width` counters in each of four rows; halves all after ten times as many additions. */
export function createFrequencySketch(width: number): FrequencySketch {
  const counters = new Uint8Array(width * rowSeeds.length)
  const period = width * 10
  let additions = 0

  function count(hash: number): number {
    let least = 255
    for (let row = 0; row < rowSeeds.length; row++) least = Math.min(least, counters[slot(hash, row)] ?? 0)
    return least
  }
  function slot(hash: number, row: number): number {
    return row * width + ((Math.imul(hash, rowSeeds[row] ?? 1) >>> 7) % width)
  }
  return {
    count,
    add: (hash) => {
      const least = count(hash)
      // Only the lowest counters grow (conservative update): collisions cost less.
      if (least < 255)
        for (let row = 0; row < rowSeeds.length; row++) if (counters[slot(hash, row)] === least) counters[slot(hash, row)] = least + 1
      if (++additions < period) return
      additions = 0
      for (let index = 0; index < counters.length; index++) counters[index] = (counters[index] ?? 0) >> 1
    },
  }
}
