import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSseFramer, toSseText } from './sse.ts'
import type { WireEvent } from './wire-event.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

type Plain = Pick<WireEvent, 'name' | 'data'>

function frame(bytes: Uint8Array, cuts: readonly number[] = []): WireEvent[] {
  const framer = createSseFramer()
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length]
  const pushed = edges.slice(1).flatMap((end, index) => [...framer.push(bytes.subarray(edges[index], end))])
  return [...pushed, ...framer.end()]
}

const plain = ({ name, data }: WireEvent): Plain => ({ name, data })

describe('server-sent events', () => {
  it.each<[string, string, Plain[]]>([
    ['one data line', 'data: a\n\n', [{ name: '', data: 'a' }]],
    ['an event name', 'event: ping\ndata: {}\n\n', [{ name: 'ping', data: '{}' }]],
    ['several data lines', 'data: a\ndata: b\n\n', [{ name: '', data: 'a\nb' }]],
    ['no space behind the colon', 'data:a\n\n', [{ name: '', data: 'a' }]],
    ['a field without a colon', 'data\n\n', [{ name: '', data: '' }]],
    ['comments and ids', ': PROCESSING\n\nid: 7\nretry: 1\ndata: a\n\n', [{ name: '', data: 'a' }]],
    [
      'CRLF',
      'data: a\r\n\r\ndata: b\r\n\r\n',
      [
        { name: '', data: 'a' },
        { name: '', data: 'b' },
      ],
    ],
    [
      'CR',
      'data: a\r\rdata: b\r\r',
      [
        { name: '', data: 'a' },
        { name: '', data: 'b' },
      ],
    ],
    ['a byte order mark', '\ufeffdata: a\n\n', [{ name: '', data: 'a' }]],
    ['an event that was cut off', 'data: a\n\ndata: b', [{ name: '', data: 'a' }]],
  ])('reads %s', (_what, text, events) => {
    expect(frame(encoder.encode(text)).map(plain)).toEqual(events)
  })

  it('gives an event its own bytes when they are fit to be sent on', () => {
    const [event] = frame(encoder.encode('data: {"text":"é"}\n\ndata: b\n\n'))
    expect(decoder.decode(event?.raw)).toBe('data: {"text":"é"}\n\n')
  })

  it.each([
    ['comments', ': x\ndata: a\n\n', 'data: a\n\n'],
    ['other line ends', 'data: a\r\n\r\n', 'data: a\n\n'],
  ])('writes an event anew that had %s', (_what, text, raw) => {
    expect(frame(encoder.encode(text)).map((event) => decoder.decode(event.raw))).toEqual([raw])
  })

  it('replaces invalid UTF-8, in the text and in the bytes', () => {
    const [event] = frame(Uint8Array.from([...encoder.encode('data: a'), 0xff, 0x0a, 0x0a]))
    expect(event?.data).toBe('a\ufffd')
    expect(decoder.decode(event?.raw)).toBe('data: a\ufffd\n\n')
  })

  it('refuses an event that grows beyond its bound', () => {
    const framer = createSseFramer({ maxEventBytes: 8 })
    expect(() => framer.push(encoder.encode('data: too long'))).toThrow('larger than 8 bytes')
  })

  const line = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n\ufeff]/g, '').replace(/\ufffd/g, ''))
  const event = fc.record({ name: fc.constantFrom('', 'ping', 'content_block_delta'), data: line })
  const ending = fc.constantFrom('\n', '\r\n', '\r')

  it('gives the same events wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, ending, fc.boolean())), fc.array(fc.nat(400), { maxLength: 20 }), (events, places) => {
        const text = events
          .map(([one, end, comment]) => (comment ? `: note${end}${end}` : '') + toSseText(one).replace(/\n/g, end))
          .join('')
        const bytes = encoder.encode(text)
        const cuts = places.map((place) => Math.min(place, bytes.length))
        expect(frame(bytes, cuts).map(plain)).toEqual(frame(bytes).map(plain))
        expect(frame(bytes).map(plain)).toEqual(events.map(([one]) => plain({ ...one, data: decoder.decode(encoder.encode(one.data)) })))
      }),
    )
  })

  it('gives bytes that read as the same event again', () => {
    fc.assert(
      fc.property(fc.array(event), ending, (events, end) => {
        const framed = frame(encoder.encode(events.map((one) => toSseText(one).replace(/\n/g, end)).join('')))
        expect(framed.flatMap(({ raw }) => frame(raw ?? new Uint8Array(0))).map(plain)).toEqual(framed.map(plain))
      }),
    )
  })
})
