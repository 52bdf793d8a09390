import { EventStreamCodec } from '@smithy/eventstream-codec'
import { createCarry } from './carry.ts'
import { tooLarge, WireError } from './wire-error.ts'
import { defaultMaxEventBytes, type EventFramer, type FramerOptions, type WireEvent } from './wire-event.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const codec = new EventStreamCodec(
  // Headers are always handed over as bytes here.
  (bytes) => decoder.decode(bytes as Uint8Array),
  (text) => encoder.encode(text),
)
/** Total length, headers' length, prelude checksum, message checksum: the least a frame can have. */
const minimumFrame = 16

type Headers = ReturnType<EventStreamCodec['decode']>['headers']

function text(headers: Headers, name: string): string | undefined {
  const header = headers[name]
  return header?.type === 'string' ? header.value : undefined
}

function toEvent(frame: Uint8Array): WireEvent {
  try {
    const { headers, body } = codec.decode(frame)
    const exception = text(headers, ':message-type') === 'exception' || text(headers, ':message-type') === 'error'
    const name = text(headers, ':event-type') ?? text(headers, ':exception-type') ?? text(headers, ':error-code') ?? ''
    const data = decoder.decode(body)
    // An `error` message has no payload: its text stands in a header.
    const message = text(headers, ':error-message')
    return { name, data: data === '' && message !== undefined ? JSON.stringify({ message }) : data, exception }
  } catch (error) {
    throw new WireError('bad_frame', 'An event stream frame is damaged.', error)
  }
}

function lengthOf(bytes: Uint8Array, offset: number, maxBytes: number): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset + offset, 4).getUint32(0)
  if (length < minimumFrame) throw new WireError('bad_frame', `An event stream frame claims a length of ${length} bytes.`)
  if (length > maxBytes) throw tooLarge(maxBytes)
  return length
}

/** Frames AWS's binary event stream; the library checks both checksums of each frame. */
export function createAwsEventStreamFramer(options: FramerOptions = {}): EventFramer {
  const maxBytes = options.maxEventBytes ?? defaultMaxEventBytes
  // The carry may hold all but the last byte of a frame and then a whole read.
  const carry = createCarry(Number.POSITIVE_INFINITY)
  let wanted = 0
  return {
    push: (bytes) => {
      if (carry.length() + bytes.length < wanted) {
        carry.append(bytes)
        return []
      }
      const all = carry.take(bytes)
      const events: WireEvent[] = []
      let offset = 0
      wanted = 4
      while (all.length - offset >= 4) {
        const length = lengthOf(all, offset, maxBytes)
        wanted = length
        if (all.length - offset < length) break
        events.push(toEvent(all.subarray(offset, offset + length)))
        offset += length
        wanted = 4
      }
      carry.append(all.subarray(offset))
      return events
    },
    end: () => [],
  }
}
