import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../chat/message.ts'
import { withPairedResults } from './paired-results.ts'

const hi: Message = { role: 'user', content: 'Hi' }
const calls = (...ids: readonly string[]): Message => ({
  role: 'assistant',
  toolCalls: ids.map((id) => ({ id, name: 'f', argumentsText: '{}' })),
})
const result = (toolCallId: string, content = 'r'): Message => ({ role: 'tool', toolCallId, content })
const missing = (toolCallId: string): Message => ({ role: 'tool', toolCallId, content: 'The call was not answered.', isError: true })

describe('withPairedResults', () => {
  it.each<[string, readonly Message[]]>([
    ['answered calls', [hi, calls('a', 'b'), result('b'), result('a'), hi]],
    ['calls that are the last word', [hi, calls('a')]],
    ['ids that come again', [hi, calls('a'), result('a'), calls('a'), result('a')]],
    ['calls of one id', [calls('', ''), result(''), result('')]],
    ['what the user says between', [calls('a'), hi, result('a')]],
    ['no calls', [{ role: 'system', content: 's' }, hi, { role: 'assistant', content: 'a' }]],
  ])('leaves %s as they are', (_name, messages) => {
    expect(withPairedResults(messages)).toEqual({ messages, isChanged: false })
  })

  it('answers calls that were interrupted', () => {
    expect(withPairedResults([calls('a', 'b'), result('a'), hi, calls('c'), hi])).toEqual({
      messages: [calls('a', 'b'), result('a'), hi, missing('b'), calls('c'), hi, missing('c')],
      isChanged: true,
    })
  })

  it('lets the user say what no call has asked for', () => {
    const image = { type: 'image', source: { type: 'url', url: 'u' } } as const
    const pictured: Message = { role: 'tool', toolCallId: 'z', name: 'f', content: [image] }
    expect(withPairedResults([result('x'), calls('a'), result('a'), pictured]).messages).toEqual([
      { role: 'user', content: 'Result of x:\nr' },
      calls('a'),
      result('a'),
      { role: 'user', content: [{ type: 'text', text: 'Result of f:' }, image] },
    ])
  })

  it('gives each call of a history one result, and changes nothing the second time', () => {
    const id = fc.constantFrom('a', 'b', 'c')
    const message = fc.oneof(
      fc.constant(hi),
      fc.array(id, { maxLength: 3 }).map((ids) => calls(...ids)),
      id.map((one) => result(one)),
    )
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (history) => {
        const { messages } = withPairedResults([...history, hi])
        const asked = messages.flatMap((one) => (one.role === 'assistant' ? (one.toolCalls ?? []) : []))
        expect(messages.filter(({ role }) => role === 'tool')).toHaveLength(asked.length)
        expect(withPairedResults(messages)).toEqual({ messages, isChanged: false })
      }),
    )
  })
})
