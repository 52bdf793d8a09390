import type { CacheEntry, EntryMeta } from './entry.ts'

/*
 * How an entry lies on disk and in Redis:
 *
 *   "PXAC" | version 1 byte | codec 1 byte | meta length 4 | body length 4 | checksum 4 | meta (JSON) | body
 *
 * All numbers are big-endian; the checksum covers everything but itself, and the entry's key. Whatever does not verify
 * (cut, flipped, of another key, version or codec) opens as `undefined`, never as an error and never as a wrong answer.
 */
const magic = 0x50584143
const version = 1
const headerBytes = 18
const checksumAt = 14

/** Turns values into bytes and back. `decode` may throw: the entry is then a miss. */
export interface ValueCodec<Value> {
  readonly encode: (value: Value) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Value
}

/** A lossless way to make bytes fewer. */
export interface Compressor {
  /** Tells the codec apart in what is stored, 1 to 255. */
  readonly id: number
  readonly compress: (bytes: Uint8Array) => Promise<Uint8Array>
  readonly decompress: (bytes: Uint8Array) => Promise<Uint8Array>
}

export interface EnvelopeOptions<Value> {
  readonly codec: ValueCodec<Value>
  readonly compressor?: Compressor | undefined
  /** Smaller bodies are left as they are: what they would save is less than a disk page and costs time. */
  readonly compressFromBytes: number
}

export interface EnvelopeCodec<Value> {
  readonly encode: (key: string, entry: CacheEntry<Value>) => Promise<Uint8Array>
  /** `undefined` when the bytes are not a whole entry of this key and version. */
  readonly decode: (key: string, bytes: Uint8Array) => Promise<CacheEntry<Value> | undefined>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1
  return remainder
})

/** CRC-32C (Castagnoli): finds every burst of up to 32 bits, and misses another damage once in four thousand million. */
function crc32c(bytes: Uint8Array, from: number, start: number): number {
  let crc = ~start
  for (let index = from; index < bytes.length; index++) crc = (crcTable[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}

function checksumOf(key: string, bytes: Uint8Array): number {
  return crc32c(bytes, headerBytes, crc32c(bytes.subarray(0, checksumAt), 0, crc32c(encoder.encode(key), 0, 0)))
}

interface Parts {
  readonly codecId: number
  readonly meta: Uint8Array
  readonly body: Uint8Array
}

function assemble(key: string, { meta, body, codecId }: Parts): Uint8Array {
  const bytes = new Uint8Array(headerBytes + meta.length + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic)
  view.setUint8(4, version)
  view.setUint8(5, codecId)
  view.setUint32(6, meta.length)
  view.setUint32(10, body.length)
  bytes.set(meta, headerBytes)
  bytes.set(body, headerBytes + meta.length)
  view.setUint32(checksumAt, checksumOf(key, bytes))
  return bytes
}

function takeApart(key: string, bytes: Uint8Array): Parts | undefined {
  if (bytes.length < headerBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) !== magic || view.getUint8(4) !== version) return undefined
  const metaEnd = headerBytes + view.getUint32(6)
  if (metaEnd + view.getUint32(10) !== bytes.length || view.getUint32(checksumAt) !== checksumOf(key, bytes)) return undefined
  return { codecId: view.getUint8(5), meta: bytes.subarray(headerBytes, metaEnd), body: bytes.subarray(metaEnd) }
}

/** Writes and reads entries as bytes. One entry is encodedEntries once, however many levels store it; it belongs to one key. */
export function createEnvelopeCodec<Value>({ codec, compressor, compressFromBytes }: EnvelopeOptions<Value>): EnvelopeCodec<Value> {
  const encodedEntries = new WeakMap<CacheEntry<Value>, Promise<Uint8Array>>()

  async function encode(key: string, entry: CacheEntry<Value>): Promise<Uint8Array> {
    const meta = encoder.encode(JSON.stringify(entry.meta))
    const body = codec.encode(entry.value)
    if (compressor === undefined || body.length < compressFromBytes) return assemble(key, { meta, body, codecId: 0 })
    const smaller = await compressor.compress(body)
    return assemble(key, smaller.length < body.length ? { meta, body: smaller, codecId: compressor.id } : { meta, body, codecId: 0 })
  }
  async function decode(key: string, bytes: Uint8Array): Promise<CacheEntry<Value> | undefined> {
    const parts = takeApart(key, bytes)
    if (parts === undefined || (parts.codecId !== 0 && parts.codecId !== compressor?.id)) return undefined
    try {
      const body = parts.codecId === 0 || compressor === undefined ? parts.body : await compressor.decompress(parts.body)
      // The checksum has proven that these are the bytes that `encode` wrote, so the shape is `EntryMeta`.
      return { meta: JSON.parse(decoder.decode(parts.meta)) as EntryMeta, value: codec.decode(body) }
    } catch {
      return undefined
    }
  }
  return {
    decode,
    encode: (key, entry) => {
      const known = encodedEntries.get(entry)
      if (known !== undefined) return known
      const encoding = encode(key, entry)
      encodedEntries.set(entry, encoding)
      // Levels seal in the same turn; kept any longer, the bytes would live as long as the entry in memory does.
      const forget = (): void => void encodedEntries.delete(entry)
      encoding.then(forget, forget)
      return encoding
    },
  }
}

/** Values that are plain JSON. */
export function jsonCodec<Value>(): ValueCodec<Value> {
  return {
    encode: (value) => encoder.encode(JSON.stringify(value)),
    // What comes back is what went in: the envelope's checksum has proven it.
    decode: (bytes) => JSON.parse(decoder.decode(bytes)) as Value,
  }
}
