import { createCarry } from './carry.ts'
import { concatBytes } from './join-raw.ts'
import { type ByteRange, defaultMaxEventBytes, type EventFramer, type FramerOptions, type WireEvent } from './wire-event.ts'

/*
 * Server-sent events by the WHATWG grammar, with their bytes kept. Idea: find the last blank line among the bytes, decode
 * everything before it in one go, and walk the blocks on the text. Invariant: the same events wherever the bytes are cut.
 * A block's own bytes are its `raw` only when it is plain (LF lines, only `event` and `data`, valid UTF-8); any other block
 * is written anew, so that `raw` is always safe to send on. Cost: one decode and a few native searches per read; what was
 * kept of a block is joined once, when the block ends.
 */
const lf = 0x0a
const cr = 0x0d
const replacement = '\ufffd'
/** A blank line is at most CR LF CR LF, so the three bytes before a read tell whether its first ends one. */
const keptBytes = 3
const nothing = new Uint8Array(0)
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function isLineEnd(byte: number | undefined): boolean {
  return byte === lf || byte === cr
}

/** The bytes of one read behind the last few that were kept: as much as tells where a block ends. */
interface Read {
  readonly bytes: Uint8Array
  /** Up to three. */
  readonly kept: Uint8Array
}

function byteAt({ bytes, kept }: Read, index: number): number | undefined {
  return index >= 0 ? bytes[index] : kept[kept.length + index]
}

/** Whether the line end at `index` ends an empty line: another line end stands right before it. */
function endsBlankLine(read: Read, index: number): boolean {
  const before = byteAt(read, index - 1)
  // A CRLF is one line end, so the character before both decides.
  return byteAt(read, index) === lf && before === cr ? isLineEnd(byteAt(read, index - 2)) : isLineEnd(before)
}

/**
 * Index behind the last blank line, or -1; 0 when it ends with what was kept. A CR at the very end may be half of a CRLF: it ends nothing yet.
 * What was kept has no blank line but such a one, so it is not searched again.
 */
function lastBoundary(read: Read): number {
  const last = read.bytes.length - 1
  for (let index = last; index >= -1; index--) {
    const byte = byteAt(read, index)
    if (!isLineEnd(byte) || (byte === cr && index === last)) continue
    if (endsBlankLine(read, index)) return index + 1
  }
  return -1
}

interface Fields {
  readonly name: string
  readonly data: readonly string[]
  /** Whether every line was an `event` or `data` field. */
  readonly plain: boolean
}

function parseBlock(block: string): Fields {
  let name = ''
  let plain = true
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1)
    if (field === 'data') data.push(value)
    else if (field === 'event') name = value
    else plain = false
  }
  return { name, data, plain }
}

/** Writes an event as a server sends it. A line feed in `data` makes a second data line. */
export function toSseText(event: { readonly name?: string | undefined; readonly data: string }): string {
  const head = event.name === undefined || event.name === '' ? '' : `event: ${event.name}\n`
  const data = event.data.includes('\n') ? event.data.split('\n').join('\ndata: ') : event.data
  return `${head}data: ${data}\n\n`
}

/* A class: every event of a stream is one, and its view of the shared bytes is only made when asked for (bench/router.mjs). */
class PlainEvent implements WireEvent, ByteRange {
  readonly name: string
  readonly data: string
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number

  constructor(name: string, data: string, { bytes, start, end }: ByteRange) {
    this.name = name
    this.data = data
    this.bytes = bytes
    this.start = start
    this.end = end
  }

  get range(): ByteRange {
    return this
  }

  get raw(): Uint8Array {
    return this.bytes.subarray(this.start, this.end)
  }
}

function fromBlock(block: string, range: ByteRange | undefined): WireEvent | undefined {
  const { name, data: lines, plain } = parseBlock(block)
  if (lines.length === 0) return undefined
  const data = lines.length === 1 ? (lines[0] ?? '') : lines.join('\n')
  if (plain && range !== undefined) return new PlainEvent(name, data, range)
  return { name, data, raw: encoder.encode(toSseText({ name, data })) }
}

/** Index of the first line feed from `start` on, or the end of the text. */
function lineEnd(text: string, start: number): number {
  const index = text.indexOf('\n', start)
  return index === -1 ? text.length : index
}

/** The event of one block of a text. Most blocks are one `data` line, and need no more than a slice. */
function eventOf(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  range: ByteRange | undefined,
): WireEvent | undefined {
  const isSingle = range !== undefined && text.startsWith('data: ', start) && lineEnd(text, start) >= end
  return isSingle ? new PlainEvent('', text.slice(start + 6, end), range) : fromBlock(text.slice(start, end), range)
}

/** The blocks of a text whose lines end in LF; `bytes` are its own, or `undefined` when it had to be changed. */
function walk(text: string, bytes: Uint8Array | undefined): WireEvent[] {
  const events: WireEvent[] = []
  const ascii = bytes?.length === text.length
  let byteStart = 0
  for (let start = 0; start < text.length; ) {
    const blank = text.indexOf('\n\n', start)
    const end = blank === -1 ? text.length : blank
    const next = blank === -1 ? text.length : blank + 2
    const byteEnd = byteStart + (ascii ? next - start : utf8Length(text, start, next))
    const event = end > start ? eventOf(text, { start, end }, bytes && { bytes, start: byteStart, end: byteEnd }) : undefined
    if (event !== undefined) events.push(event)
    start = next
    byteStart = byteEnd
  }
  return events
}

function utf8Length(text: string, from: number, to: number): number {
  let length = to - from
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x80) continue
    // A surrogate pair is two units and four bytes.
    length += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2
  }
  return length
}

function frame(bytes: Uint8Array): readonly WireEvent[] {
  const text = decoder.decode(bytes)
  if (!text.includes('\r') && !text.includes(replacement)) return walk(text, bytes)
  return walk(text.replace(/\r\n?/g, '\n'), undefined)
}

function withoutBom(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

/** Frames server-sent events. Comments and blocks without data give nothing; an unterminated last block is dropped, as the grammar asks. */
export function createSseFramer(options: FramerOptions = {}): EventFramer {
  const carry = createCarry(options.maxEventBytes ?? defaultMaxEventBytes)
  let atStart = true
  let kept: Uint8Array = nothing
  const keep = (bytes: Uint8Array): void => {
    carry.append(bytes)
    kept = bytes.length >= keptBytes || kept.length === 0 ? bytes.subarray(-keptBytes) : concatBytes([kept, bytes]).subarray(-keptBytes)
  }
  const frameStart = (bytes: Uint8Array): readonly WireEvent[] => {
    const whole = atStart ? withoutBom(bytes) : bytes
    atStart = false
    return frame(whole)
  }
  return {
    push: (bytes) => {
      // Only a line end can complete an event; without one there is nothing to look for in what was kept.
      const hasLineEnd = bytes.indexOf(lf) !== -1 || bytes.indexOf(cr) !== -1 || kept[kept.length - 1] === cr
      const boundary = hasLineEnd ? lastBoundary({ bytes, kept }) : -1
      if (boundary === -1) {
        keep(bytes)
        return []
      }
      const all = carry.take(bytes.subarray(0, boundary))
      kept = nothing
      if (boundary < bytes.length) keep(bytes.subarray(boundary))
      return frameStart(all)
    },
    end: () => {
      const rest = carry.take(new Uint8Array(0))
      // A final CR CR or LF CR was held back for a line feed that will not come.
      return rest.length > 1 && rest[rest.length - 1] === cr && isLineEnd(rest[rest.length - 2]) ? frameStart(rest) : []
    },
  }
}
