import type { CacheEntry, EntryMeta } from './entry.ts'

/*
 * The form of an entry on disk and in Redis:
 *
 *   "PXAC" | version 1 byte | codec 1 byte | meta length 4 | body length 4 | checksum 4 | meta (JSON) | body
 *
 * All numbers are big-endian; the checksum covers everything but itself, and the entry's key. Whatever does not verify
 * (cut, flipped, of another key, version or codec) opens as `undefined`, never as an error and never as a wrong answer.
 */
const magic = 0x50584143
const version = 2
const headerBytes = 18
const checksumAt = 14

/** Turns values into text (stored as UTF-8) or bytes, and back. `decode` may throw: the entry is then a miss. */
export interface ValueCodec<Value> {
  readonly encode: (value: Value) => string | Uint8Array
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

/** Writes entries as bytes that prove themselves when they are read. */
export interface EnvelopeCodec<Value> {
  /** No promise where nothing is compressed. An entry belongs to one key. */
  readonly encode: (key: string, entry: CacheEntry<Value>) => Uint8Array | Promise<Uint8Array>
  /** `undefined` when the bytes are not a whole entry of this key and version. */
  readonly decode: (key: string, bytes: Uint8Array) => CacheEntry<Value> | undefined | Promise<CacheEntry<Value> | undefined>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })
/** Entry `n * 256 + byte` is what the byte adds to a checksum when `n` more bytes follow it: four bytes a step ("slicing by 4"). */
const crcTables = createCrcTables()

function createCrcTables(): Uint32Array {
  const tables = new Uint32Array(4 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1
    tables[byte] = remainder
  }
  for (let index = 256; index < tables.length; index++) {
    const before = tables[index - 256] ?? 0
    tables[index] = (tables[before & 0xff] ?? 0) ^ (before >>> 8)
  }
  return tables
}

/** CRC-32C (Castagnoli): finds every burst of up to 32 bits, and misses another damage once in four thousand million. */
function crc32c(bytes: Uint8Array, { from, to }: { readonly from: number; readonly to: number }, start: number): number {
  const tables = crcTables
  let crc = ~start
  let index = from
  for (; index + 4 <= to; index += 4) {
    crc ^= (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8) | ((bytes[index + 2] ?? 0) << 16) | ((bytes[index + 3] ?? 0) << 24)
    crc =
      (tables[768 + (crc & 0xff)] ?? 0) ^
      (tables[512 + ((crc >>> 8) & 0xff)] ?? 0) ^
      (tables[256 + ((crc >>> 16) & 0xff)] ?? 0) ^
      (tables[crc >>> 24] ?? 0)
  }
  for (; index < to; index++) crc = (tables[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** Continues a checksum with the UTF-16 units of a text. */
function crcOfText(text: string): number {
  let crc = ~0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    crc = (crcTables[(crc ^ code) & 0xff] ?? 0) ^ (crc >>> 8)
    crc = (crcTables[(crc ^ (code >>> 8)) & 0xff] ?? 0) ^ (crc >>> 8)
  }
  return ~crc >>> 0
}

/** Covers key, header, meta and body. The checksum's own place is not zero when an entry is read, so it is left out. */
function checksumOf(key: string, bytes: Uint8Array): number {
  return crc32c(bytes, { from: headerBytes, to: bytes.length }, crc32c(bytes, { from: 0, to: checksumAt }, crcOfText(key)))
}

interface Parts {
  readonly codecId: number
  readonly meta: Uint8Array
  readonly body: Uint8Array
}

interface Contents {
  readonly codecId: number
  readonly meta: string
  readonly body: string | Uint8Array
}

/*
 * Envelopes are written one after the other into a shared piece of memory, and each is a view of its part: an array of its own
 * for every envelope costs more than writing it. A piece lives until the last envelope in it is dropped.
 */
const pieceBytes = 262_144
let piece = new DataView(new ArrayBuffer(0))
let pieceUsed = 0

/** A place for an envelope of at most so many bytes. */
function placeFor(mostBytes: number): { readonly view: DataView; readonly start: number } {
  if (mostBytes > pieceBytes / 4) return { view: new DataView(new ArrayBuffer(mostBytes)), start: 0 }
  if (pieceUsed + mostBytes > piece.byteLength) {
    piece = new DataView(new ArrayBuffer(pieceBytes))
    pieceUsed = 0
  }
  return { view: piece, start: pieceUsed }
}

/** Writes text or bytes to a place, and returns how many bytes that were. */
function writeTo(target: Uint8Array, part: string | Uint8Array): number {
  if (typeof part === 'string') return encoder.encodeInto(part, target).written
  target.set(part)
  return part.length
}

function assemble(key: string, { meta, body, codecId }: Contents): Uint8Array {
  // A UTF-16 unit takes three bytes of UTF-8 at most.
  const { view, start } = placeFor(headerBytes + meta.length * 3 + body.length * 3)
  const metaStart = start + headerBytes
  const metaBytes = writeTo(new Uint8Array(view.buffer, metaStart), meta)
  const bodyBytes = writeTo(new Uint8Array(view.buffer, metaStart + metaBytes), body)
  view.setUint32(start, magic)
  view.setUint8(start + 4, version)
  view.setUint8(start + 5, codecId)
  view.setUint32(start + 6, metaBytes)
  view.setUint32(start + 10, bodyBytes)
  const bytes = new Uint8Array(view.buffer, start, headerBytes + metaBytes + bodyBytes)
  view.setUint32(start + checksumAt, checksumOf(key, bytes))
  if (view === piece) pieceUsed += bytes.length
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

/** Writes and reads entries as bytes. */
export function createEnvelopeCodec<Value>({ codec, compressor, compressFromBytes }: EnvelopeOptions<Value>): EnvelopeCodec<Value> {
  const withBody = ({ meta }: Parts, body: Uint8Array): CacheEntry<Value> | undefined => {
    try {
      // The checksum has proven that these are the bytes that `encode` wrote, so the shape is `EntryMeta`.
      return { meta: JSON.parse(decoder.decode(meta)) as EntryMeta, value: codec.decode(body) }
    } catch {
      return undefined
    }
  }
  return {
    encode: (key, entry) => {
      const meta = JSON.stringify(entry.meta)
      const body = codec.encode(entry.value)
      if (compressor === undefined || body.length < compressFromBytes) return assemble(key, { meta, body, codecId: 0 })
      const plain = typeof body === 'string' ? encoder.encode(body) : body
      const toBytes = (smaller: Uint8Array): Uint8Array =>
        assemble(key, smaller.length < plain.length ? { meta, body: smaller, codecId: compressor.id } : { meta, body: plain, codecId: 0 })
      return compressor.compress(plain).then(toBytes)
    },
    decode: (key, bytes) => {
      const parts = takeApart(key, bytes)
      if (parts === undefined) return undefined
      if (parts.codecId === 0) return withBody(parts, parts.body)
      if (parts.codecId !== compressor?.id) return undefined
      return compressor.decompress(parts.body).then(
        (body) => withBody(parts, body),
        () => undefined,
      )
    },
  }
}

/** Values that are plain JSON. */
export function jsonCodec<Value>(): ValueCodec<Value> {
  return {
    encode: (value) => JSON.stringify(value),
    // What comes back is what went in: the envelope's checksum has proven it.
    decode: (bytes) => JSON.parse(decoder.decode(bytes)) as Value,
  }
}
