/*
 * Which keys may be in the file, so that most misses need not ask it: a Bloom filter. It may say yes for a key that is not
 * there (once in a thousand for as many keys as it is made for), and never says no for one that is. It cannot forget a
 * single key; sweeping makes a new one.
 */
export interface KeyFilter {
  readonly add: (key: string) => void
  readonly mayHave: (key: string) => boolean
}

const bitsPerKey = 16
const probes = 4

export function createKeyFilter(maxKeys: number): KeyFilter {
  const bits = 2 ** Math.ceil(Math.log2(Math.max(1024, maxKeys * bitsPerKey)))
  const words = new Uint32Array(bits / 32)

  /** Looks at the key's bits, or sets them where told; returns whether all are set. Every miss comes by: no calls in here. */
  function probe(key: string, isAdded: boolean): boolean {
    let first = 0x811c9dc5
    for (let index = 0; index < key.length; index++) first = Math.imul(first ^ key.charCodeAt(index), 0x01000193)
    // The second hash is odd, so that the steps reach every bit (Kirsch and Mitzenmacher, 2006: two hashes do for all).
    const second = Math.imul(first ^ (first >>> 16), 0x85ebca6b) | 1
    for (let step = 0; step < probes; step++) {
      const bit = ((first + Math.imul(step, second)) >>> 0) & (bits - 1)
      const word = words[bit >>> 5] ?? 0
      const mask = 1 << (bit & 31)
      if (isAdded) words[bit >>> 5] = word | mask
      else if ((word & mask) === 0) return false
    }
    return true
  }
  return {
    add: (key) => void probe(key, true),
    mayHave: (key) => probe(key, false),
  }
}
