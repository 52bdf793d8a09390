import { EventStreamCodec } from '@smithy/eventstream-codec'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAwsEventStreamFramer } from './aws-event-stream.ts'
import { concatBytes, joinBytes } from './join-raw.ts'
import { createNdjsonFramer } from './ndjson.ts'
import type { EventFramer, WireEvent } from './wire-event.ts'

const encoder = new TextEncoder()
const codec = new EventStreamCodec(
  (bytes) => new TextDecoder().decode(bytes as Uint8Array),
  (text) => encoder.encode(text),
)

function message(type: string, data: string, exception = false): Uint8Array {
  const headers = {
    [exception ? ':exception-type' : ':event-type']: { type: 'string' as const, value: type },
    ':message-type': { type: 'string' as const, value: exception ? 'exception' : 'event' },
  }
  return codec.encode({ headers, body: encoder.encode(data) })
}

function cut(framer: EventFramer, bytes: Uint8Array, size: number): WireEvent[] {
  const events: WireEvent[] = []
  for (let start = 0; start < bytes.length; start += size) events.push(...framer.push(bytes.subarray(start, start + size)))
  return [...events, ...framer.end()]
}

describe('newline-delimited JSON', () => {
  it('gives the same lines wherever the bytes are cut', () => {
    const lines = fc.array(fc.json().filter((text) => !text.includes('\n')))
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 40 }), fc.constantFrom('\n', '\r\n'), (texts, size, end) => {
        const bytes = encoder.encode(texts.join(end))
        expect(cut(createNdjsonFramer(), bytes, size).map(({ data }) => data)).toEqual(texts.map((text) => text.trim()))
      }),
    )
  })
})

describe('AWS event stream', () => {
  const bytes = concatBytes([
    message('messageStart', '{"role":"assistant"}'),
    message('contentBlockDelta', '{"text":"é"}'),
    message('throttlingException', '{"message":"slow"}', true),
  ])

  it.each([1, 2, 3, 7, 64, 1000])('gives the same events in pieces of %i bytes', (size) => {
    expect(cut(createAwsEventStreamFramer(), bytes, size)).toEqual([
      { name: 'messageStart', data: '{"role":"assistant"}', exception: false },
      { name: 'contentBlockDelta', data: '{"text":"é"}', exception: false },
      { name: 'throttlingException', data: '{"message":"slow"}', exception: true },
    ])
  })

  it('refuses a frame whose checksum is wrong', () => {
    const broken = Uint8Array.from(message('messageStart', '{}'))
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    expect(() => createAwsEventStreamFramer().push(broken)).toThrow('damaged')
  })

  it.each([
    ['too small', [0, 0, 0, 3]],
    ['too large', [0x7f, 0, 0, 0]],
  ])('refuses a length that is %s', (_what, head) => {
    expect(() => createAwsEventStreamFramer().push(Uint8Array.from(head))).toThrow()
  })
})

describe('joined bytes', () => {
  it('are one view when the pieces lie side by side', () => {
    const bytes = encoder.encode('abcdef')
    const joined = joinBytes([bytes.subarray(0, 2), bytes.subarray(2, 5)])
    expect(joined.buffer).toBe(bytes.buffer)
    expect(new TextDecoder().decode(joined)).toBe('abcde')
  })
})
