/*
 * How often keys were asked for, in a fixed amount of memory: a count-min sketch whose counters are halved every so
 * many additions, so that it forgets (TinyLFU: Einziger, Friedman, Manes, 2017). It knows keys that are not in the
 * cache as well, which is what lets a newcomer be judged. It never counts too low but for the halving. Every look-up adds to
 * it, so the slots of a key are worked out in place, without calls.
 */
const rowSeeds = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const
const rows = rowSeeds.length

/** What the sketch knows a key by; worth keeping beside the key. FNV-1a over its UTF-16 units. */
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
  const counters = new Uint8Array(width * rows)
  const period = width * 10
  /** Of the key that was looked at last. */
  const slots = new Uint32Array(rows)
  let additions = 0

  function count(hash: number): number {
    let least = 255
    for (let row = 0; row < rows; row++) {
      const slot = row * width + ((Math.imul(hash, rowSeeds[row] ?? 1) >>> 7) % width)
      slots[row] = slot
      least = Math.min(least, counters[slot] ?? 0)
    }
    return least
  }
  function halve(): void {
    additions = 0
    for (let index = 0; index < counters.length; index++) counters[index] = (counters[index] ?? 0) >> 1
  }
  return {
    count,
    add: (hash) => {
      const least = count(hash)
      // Only the lowest counters grow (conservative update): collisions cost less.
      for (let row = 0; row < rows && least < 255; row++) {
        const slot = slots[row] ?? 0
        if (counters[slot] === least) counters[slot] = least + 1
      }
      if (++additions >= period) halve()
    },
  }
}
