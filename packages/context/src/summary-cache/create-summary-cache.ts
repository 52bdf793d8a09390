import { LRUCache } from 'lru-cache'

/** Makes bytes smaller and whole again. Both may answer later, as a browser's `CompressionStream` does. */
export interface SummaryCodec {
  readonly compress: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
  readonly decompress: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
}

export interface SummaryCacheOptions {
  /** The most memory, keys included. Default 32 MiB. */
  readonly maxBytes?: number | undefined
  /** How long a summary may be used. Default one day. */
  readonly ttlMs?: number | undefined
  /** Without it nothing is compressed. */
  readonly codec?: SummaryCodec | undefined
  /** Values from this size on are compressed. Default 2 KiB. */
  readonly compressFromBytes?: number | undefined
}

export interface SummaryCacheDeps {
  /** Unix milliseconds. */
  readonly now: () => number
}

export interface SummaryCacheFigures {
  readonly entries: number
  readonly bytes: number
  readonly maxBytes: number
  /** The very conversation was known. */
  readonly hits: number
  /** A beginning of the conversation was known. */
  readonly prefixHits: number
  readonly misses: number
  /** Bytes that compression took off what was stored so far. */
  readonly savedBytes: number
  /** Summaries that gave way to others; not those that had expired. */
  readonly evictions: number
}

/** Summaries as texts, by key. */
export interface SummaryCache {
  /** The value of the first key that is known, with its place among the keys. */
  readonly find: (keys: readonly string[]) => Promise<{ readonly value: string; readonly place: number } | undefined>
  readonly set: (key: string, value: string) => Promise<void>
  readonly figures: () => SummaryCacheFigures
  readonly clear: () => void
}

interface Entry {
  readonly bytes: Uint8Array
  readonly isCompressed: boolean
  readonly expiresAtMs: number
}

const entryOverhead = 200

async function pack(value: string, codec: SummaryCodec | undefined, compressFromBytes: number): Promise<Omit<Entry, 'expiresAtMs'>> {
  const bytes = new TextEncoder().encode(value)
  if (codec === undefined || bytes.length < compressFromBytes) return { bytes, isCompressed: false }
  const compressed = await codec.compress(bytes)
  return compressed.length < bytes.length ? { bytes: compressed, isCompressed: true } : { bytes, isCompressed: false }
}

/** Keeps the summaries used last, up to so many bytes and for so long; large ones compressed. */
export function createSummaryCache(
  { maxBytes = 32 * 1024 * 1024, ttlMs = 86_400_000, codec, compressFromBytes = 2_048 }: SummaryCacheOptions,
  { now }: SummaryCacheDeps,
): SummaryCache {
  const counts = { hits: 0, prefixHits: 0, misses: 0, savedBytes: 0, evictions: 0 }
  const entries = new LRUCache<string, Entry>({
    dispose: (_entry, _key, reason) => {
      if (reason === 'evict') counts.evictions++
    },
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }, key) => bytes.length + key.length * 2 + entryOverhead,
  })
  const fresh = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    if (entry === undefined || entry.expiresAtMs > now()) return entry
    entries.delete(key)
    return undefined
  }
  return {
    async find(keys) {
      for (const [place, key] of keys.entries()) {
        const entry = fresh(key)
        if (entry === undefined) continue
        if (place === 0) counts.hits++
        else counts.prefixHits++
        const bytes = entry.isCompressed && codec !== undefined ? await codec.decompress(entry.bytes) : entry.bytes
        return { value: new TextDecoder().decode(bytes), place }
      }
      counts.misses++
      return undefined
    },
    async set(key, value) {
      const packed = await pack(value, codec, compressFromBytes)
      if (packed.isCompressed) counts.savedBytes += new TextEncoder().encode(value).length - packed.bytes.length
      entries.set(key, { ...packed, expiresAtMs: now() + ttlMs })
    },
    figures: () => ({ entries: entries.size, bytes: entries.calculatedSize, maxBytes, ...counts }),
    clear: () => entries.clear(),
  }
}
