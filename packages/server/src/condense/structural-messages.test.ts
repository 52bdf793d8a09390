import type { ConversationMessage } from '@proxyapi/context'
import type { Message } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { fromStructural, toStructural } from './structural-messages.ts'

const image = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } } as const

const rich: readonly Message[] = [
  { role: 'system', content: [{ type: 'text', text: 'Rules.', cacheBreakpoint: { ttl: '1h' } }] },
  { role: 'user', content: [{ type: 'text', text: 'See this.' }, image] },
  {
    role: 'assistant',
    content: 'Looking.',
    reasoning: [{ origin: 'anthropic-messages', text: 'Hm.', signature: 'sig' }],
    toolCalls: [{ id: 'a', name: 'look', argumentsText: '{"x":1}', signature: 'thought' }],
  },
  {
    role: 'tool',
    toolCallId: 'a',
    isError: true,
    content: [{ type: 'text', text: 'A long tale of the sea.', cacheBreakpoint: {} }, image],
  },
  { role: 'assistant', refusal: 'No.' },
  { role: 'user', content: [{ type: 'text', text: 'Old news.', cacheBreakpoint: { ttl: '5m' } }] },
  { role: 'assistant', content: 'Yes.' },
  { role: 'user', content: 'And now?' },
]

describe('neutral messages as the condenser reads them', () => {
  it('come back as the very messages that went in', () => {
    const back = fromStructural(toStructural(rich), rich)
    expect(back).toHaveLength(rich.length)
    back.forEach((message, index) => expect(message).toBe(rich[index]))
  })

  it('come back whole from a copy, as a remembered front is', () => {
    const copy = JSON.parse(JSON.stringify(toStructural(rich))) as ConversationMessage[]
    expect(fromStructural(copy, rich)).toEqual(rich)
  })

  it('have a mark that tells equal words beside other images apart', () => {
    const other = rich.map(
      (message): Message =>
        message.role === 'user' && typeof message.content !== 'string' && message.content.length > 1
          ? {
              ...message,
              content: [
                { type: 'text', text: 'See this.' },
                { ...image, source: { ...image.source, data: 'AAAA' } },
              ],
            }
          : message,
    )
    expect(JSON.stringify(toStructural(other)[1])).not.toBe(JSON.stringify(toStructural(rich)[1]))
  })

  it('hide from the condenser that a message with an image might go, and a call whose result shows one', () => {
    expect(toStructural(rich).map(({ role }) => role)).toEqual([
      'system',
      'system',
      'system',
      'tool',
      'assistant',
      'user',
      'assistant',
      'user',
    ])
  })
})

describe('a condensed conversation in neutral messages', () => {
  it('keeps the image of a result whose words were condensed', () => {
    const condensed = toStructural(rich).map((message) => (message.role === 'tool' ? { ...message, content: 'A tale.' } : message))
    expect(fromStructural(condensed, rich)[3]).toEqual({
      role: 'tool',
      toolCallId: 'a',
      isError: true,
      content: [{ type: 'text', text: 'A tale.', cacheBreakpoint: {} }, image],
    })
  })

  it('lets the summary take over where the prompt was to be cached', () => {
    const placed = toStructural(rich)
    const condensed = [...placed.slice(0, 4), { role: 'user', content: 'Summary' } as const, ...placed.slice(7)]
    expect(fromStructural(condensed, rich)[4]).toEqual({
      role: 'user',
      content: [{ type: 'text', text: 'Summary', cacheBreakpoint: { ttl: '5m' } }],
    })
  })

  it('has a plain summary where nothing was to be cached', () => {
    const placed = toStructural(rich)
    expect(fromStructural([{ role: 'user', content: 'Summary' }, ...placed.slice(5)], rich.slice(0, 0))).toEqual([
      { role: 'user', content: 'Summary' },
    ])
  })
})
